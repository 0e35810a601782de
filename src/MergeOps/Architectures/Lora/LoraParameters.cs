using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace MergeOps.Architectures.Lora;

/// <summary>
/// The parameters that an adapter's settings give factors to ('target_parameters'). An adapter names the module that has
/// the parameter, and not the parameter; where a module has several, each further one lies one 'base_layer' deeper.
/// </summary>
/// <param name="Names">Their names, or the ends of them.</param>
internal sealed record LoraParameters(ImmutableArray<string> Names)
{
    private const string Nesting = ".base_layer";

    // the module whose parameters a name without a module can only mean
    private const string Experts = "experts";

    /// <summary>No parameters.</summary>
    public static LoraParameters None { get; } = new([]);

    /// <summary>Reads the key that names them.</summary>
    public static LoraParameters Of(JsonObject root, ICollection<string> problems)
    {
        const string Key = "target_parameters";
        switch (root[Key])
        {
            case null:
                return None;
            case JsonArray list when list.All(item => ModelJson.Text(item) is { Length: > 0 }):
                return new([.. list.Select(item => ModelJson.Text(item)!)]);
            default:
                problems.Add($"'{Key}' is not a list of names");
                return None;
        }
    }

    /// <summary>The module that has the parameter, whichever of its parameters it is.</summary>
    public static string OwnerOf(string module)
    {
        while (module.EndsWith(Nesting, StringComparison.Ordinal))
        {
            module = module[..^Nesting.Length];
        }

        return module;
    }

    /// <summary>Whether the factors of a module may be those of one of its parameters.</summary>
    public bool MayHave(string module)
    {
        var owner = OwnerOf(module);
        return Names.Any(name => TensorNames.EndsWith(owner, name.LastIndexOf('.') is >= 0 and var dot ? name[..dot] : Experts));
    }

    /// <summary>Whether a parameter has factors.</summary>
    public bool Have(string parameter) => Names.Any(name => TensorNames.EndsWith(parameter, name));
}
