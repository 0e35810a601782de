using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.Architectures.Lora;

/// <summary>Which modules an adapter's settings give factors to. PEFT leaves the factors of others out when it loads them.</summary>
internal sealed record LoraTargets
{
    private const string EveryLayer = "all-linear";

    /// <summary>Settings that leave nothing out.</summary>
    public static LoraTargets Any { get; } = new();

    private string? Expression { get; init; }

    /// <summary>The names of the modules, or of their last parts; empty where an expression or nothing says which.</summary>
    public ImmutableArray<string> Names { get; private init; } = [];

    private string? ExcludedExpression { get; init; }

    private ImmutableArray<string> ExcludedNames { get; init; } = [];

    private ImmutableArray<long> Layers { get; init; } = [];

    private ImmutableArray<string> Stacks { get; init; } = [];

    /// <summary>Reads the keys that say it.</summary>
    public static LoraTargets Of(JsonObject root, LoraProblems problems)
    {
        var (expression, names) = Modules(root, "target_modules", problems);
        var (excludedExpression, excludedNames) = Modules(root, "exclude_modules", problems);
        return new()
        {
            Expression = expression == EveryLayer ? null : expression,
            Names = names,
            ExcludedExpression = excludedExpression,
            ExcludedNames = excludedNames,
            Layers = Numbers(root["layers_to_transform"], problems),
            Stacks = StacksOf(root, problems),
        };
    }

    /// <summary>Whether a module has factors by the settings.</summary>
    /// <exception cref="MergeOpsException">A pattern takes too long.</exception>
    public bool Has(string module)
    {
        if (ExcludedExpression is { } excluded ? LoraPattern.IsWhole(excluded, module) : ExcludedNames.Any(name => TensorNames.EndsWith(module, name)))
        {
            return false;
        }

        return Expression is { } expression ? LoraPattern.IsWhole(expression, module)
            : Names.IsEmpty || Names.Contains(module)
            || (Names.Any(name => TensorNames.EndsWith(module, name)) && (Layers.IsEmpty || (LayerOf(module) is { } layer && Layers.Contains(layer))));
    }

    /// <summary>Whether the settings name a module, and do not only leave open which ones have factors.</summary>
    /// <exception cref="MergeOpsException">A pattern takes too long.</exception>
    public bool Name(string module) => Expression is { } expression ? LoraPattern.IsWhole(expression, module) : Names.Any(name => TensorNames.EndsWith(module, name));

    private long? LayerOf(string module)
    {
        var number = Stacks.IsEmpty ? LoraPattern.LayerIn(null, module) : Stacks.Select(stack => LoraPattern.LayerIn(stack, module)).FirstOrDefault(found => found is not null);
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : null;
    }

    private static ImmutableArray<string> StacksOf(JsonObject root, LoraProblems problems)
    {
        const string Key = "layers_pattern";
        var (one, several) = Modules(root, Key, problems);
        if (several.Select(LoraPattern.Objection).OfType<string>().ToList() is [_, ..] objections)
        {
            problems.Foreign.Add($"'{Key}': {string.Join(", ", objections)}");
            return [];
        }

        return one is { Length: > 0 } ? [one] : several;
    }

    private static (string? Expression, ImmutableArray<string> Names) Modules(JsonObject root, string key, LoraProblems problems)
    {
        switch (root[key])
        {
            case null:
                return (null, []);
            case JsonArray list when list.All(item => ModelJson.Text(item) is not null):
                return (null, [.. list.Select(item => ModelJson.Text(item)!)]);
            case { } node when ModelJson.Text(node) is { } text:
                if (LoraPattern.Objection(text) is { } objection)
                {
                    problems.Foreign.Add($"'{key}': {objection}");
                    return (null, []);
                }

                return (text, []);
            default:
                problems.Damage.Add($"'{key}' is neither a name nor a list of names");
                return (null, []);
        }
    }

    private static ImmutableArray<long> Numbers(JsonNode? node, LoraProblems problems)
    {
        JsonNode?[] items = node switch { null => [], JsonArray list => [.. list], _ => [node] };
        var numbers = ImmutableArray.CreateBuilder<long>();
        foreach (var item in items)
        {
            if (item?.GetValueKind() is JsonValueKind.Number && long.TryParse(item.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add(number);
            }
            else
            {
                problems.Damage.Add($"'layers_to_transform' holds {TerminalText.Escape(item?.ToJsonString() ?? "null")}, which is not a layer number");
            }
        }

        return numbers.ToImmutable();
    }
}
