using System.Reflection;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers.Patterns;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Components;

/// <summary>The settings of a component as <c>tokenizer.json</c> has them. What a component does not know is refused.</summary>
internal sealed class ComponentSettings
{
    private readonly JsonElement json;
    private readonly string path;
    private readonly string title;
    private readonly HashSet<string> known = new(["type"], StringComparer.Ordinal);

    private ComponentSettings(JsonElement json, string path, string title) => (this.json, this.path, this.title) = (json, path, title);

    /// <summary>Reads a component.</summary>
    /// <typeparam name="T">The contract of its kind.</typeparam>
    /// <param name="json">The component in the file.</param>
    /// <param name="path">What messages call the file.</param>
    /// <exception cref="MergeOpsException">It is broken, or not exact here.</exception>
    public static T Read<T>(JsonElement json, string path)
        where T : class
    {
        var kind = ComponentKind.Of<T>();
        if (json.ValueKind is not JsonValueKind.Object)
        {
            throw TokenizerFiles.Refusal(path, $"Its {kind.Title} is not an object.");
        }

        var type = TypeOf(json, kind, path);
        var settings = new ComponentSettings(json, path, $"{kind.Title} {TerminalText.Quoted(type)}");
        if (!kind.Exact.TryGetValue(type, out var constructor))
        {
            var why = kind.Refused.FirstOrDefault(refused => refused.Type == type).Why;
            throw settings.Refusal(why is null ? "has no exact implementation here" : $"has no exact implementation here: {why}");
        }

        var component = (T)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, [settings], null);
        settings.RequireAllKnown();
        return component;
    }

    /// <summary>The component is broken, or not exact here.</summary>
    /// <param name="why">Goes on where « the normalizer 'X' » ends.</param>
    public MergeOpsException Refusal(string why) => TokenizerFiles.Refusal(path, $"Its {title} {why}.");

    /// <summary>A setting that must be there.</summary>
    public JsonElement Value(string name) => Find(name) is { ValueKind: not JsonValueKind.Undefined } value ? value : throw Refusal($"has no '{name}'");

    /// <summary>A setting that may be left out; undefined then.</summary>
    public JsonElement Find(string name)
    {
        known.Add(name);
        return json.TryGetProperty(name, out var value) ? value : default;
    }

    /// <summary>A setting that changes no token.</summary>
    public void Ignore(string name) => known.Add(name);

    /// <summary>A text that must be there.</summary>
    public string Text(string name) => Value(name) is { ValueKind: JsonValueKind.String } text ? StringOf(text) : throw Refusal($"has a '{name}' that is not text");

    /// <summary>A text, or null.</summary>
    public string? OptionalText(string name) => Find(name).ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : Text(name);

    /// <summary>A text of one character.</summary>
    public int Character(string name) => Piece.PointsOf(Text(name)) is [var only] ? only : throw Refusal($"has a '{name}' that is not one character");

    /// <summary>A switch that must be there.</summary>
    public bool Flag(string name) => Value(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refusal($"has a '{name}' that is neither true nor false"),
    };

    /// <summary>A switch, or null.</summary>
    public bool? OptionalFlag(string name) => Find(name).ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : Flag(name);

    /// <summary>A whole number from 0 on.</summary>
    public int Number(string name) => NumberOf(Value(name)) ?? throw Refusal($"has a '{name}' that is not a whole number of at least 0");

    /// <summary>A whole number from 0 on, or null where the value is none.</summary>
    public static int? NumberOf(JsonElement value) => value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? number : null;

    /// <summary>The text of a value that is one.</summary>
    public string StringOf(JsonElement value)
    {
        try
        {
            return value.ValueKind is JsonValueKind.String ? value.GetString()! : throw Refusal($"has {value.ValueKind} where a text belongs");
        }
        catch (InvalidOperationException half)
        {
            throw TokenizerFiles.Refusal(path, $"Its {title} holds an unpaired surrogate.", half);
        }
    }

    /// <summary>One of some words.</summary>
    public T Choice<T>(string name, T? whereAbsent = null)
        where T : struct, Enum =>
        whereAbsent is { } usual && Find(name).ValueKind is JsonValueKind.Undefined ? usual
            : Enum.TryParse<T>(Text(name).Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value
            : throw Refusal($"has the '{name}' {TerminalText.Quoted(Text(name))}, which is unknown");

    /// <summary>What is searched for: <c>{"String": text}</c> or <c>{"Regex": expression}</c>.</summary>
    public ITextPattern Pattern(string name)
    {
        var value = Value(name);
        if (value.ValueKind is JsonValueKind.Object && value.EnumerateObject().ToArray() is [var only])
        {
            switch (only.Name)
            {
                case "String" when StringOf(only.Value) is { Length: > 0 } literal:
                    return new LiteralPattern(Piece.PointsOf(literal));
                case "Regex":
                    return Expression(StringOf(only.Value));
            }
        }

        throw Refusal($"has a '{name}' that is neither a text nor a regular expression");
    }

    /// <summary>Components of a kind.</summary>
    public IReadOnlyList<T> Components<T>(string name)
        where T : class =>
        Value(name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(item => Read<T>(item, path))] : throw Refusal($"has a '{name}' that is not a list");

    private RegularExpression Expression(string expression)
    {
        try
        {
            return new RegularExpression(expression);
        }
        catch (PatternFault fault)
        {
            throw TokenizerFiles.Refusal(path, $"The regular expression {TerminalText.Quoted(expression)} of its {title} {fault.Message}.", fault);
        }
    }

    // older files do not tell the type of a BPE model
    private static string TypeOf(JsonElement json, ComponentKind kind, string path) =>
        json.TryGetProperty("type", out var type) ? new ComponentSettings(json, path, kind.Title).StringOf(type)
            : kind.Contract == typeof(ISubwordModel) && json.TryGetProperty("merges", out _) ? "BPE"
            : throw TokenizerFiles.Refusal(path, $"Its {kind.Title} has no type.");

    private void RequireAllKnown()
    {
        if (json.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw Refusal($"has the setting {TerminalText.Quoted(unknown)}, which is unknown here");
        }
    }
}
