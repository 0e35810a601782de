using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.PostProcessors;

/// <summary>A template of special tokens and the text.</summary>
[Component("TemplateProcessing")]
internal sealed class TemplateProcessing : IPostProcessor
{
    // null stands for the text
    private readonly int[]?[] parts;

    public TemplateProcessing(ComponentSettings settings)
    {
        settings.Ignore("pair");
        var tokens = settings.Value("special_tokens");
        if (tokens.ValueKind is not JsonValueKind.Object || settings.Value("single") is not { ValueKind: JsonValueKind.Array } single)
        {
            throw settings.Refusal("has no list of parts, or no special tokens");
        }

        parts = [.. single.EnumerateArray().Select(part => IdsOf(part, tokens, settings))];
    }

    /// <inheritdoc/>
    public List<int> Process(List<int> ids, bool addSpecialTokens) => [.. parts.SelectMany(part => part is null ? ids : addSpecialTokens ? part : Enumerable.Empty<int>())];

    private static int[]? IdsOf(JsonElement part, JsonElement tokens, ComponentSettings settings)
    {
        if (part.ValueKind is not JsonValueKind.Object || part.EnumerateObject().ToArray() is not [var only] || only.Value.ValueKind is not JsonValueKind.Object
            || !only.Value.TryGetProperty("id", out var id))
        {
            throw settings.Refusal("has a part that is neither a special token nor the text");
        }

        var name = settings.StringOf(id);
        if (only.Name == "Sequence")
        {
            return name == "A" ? null : throw settings.Refusal("has a second text in the template of one");
        }

        return only.Name == "SpecialToken" && tokens.TryGetProperty(name, out var token) && token.ValueKind is JsonValueKind.Object
            && token.TryGetProperty("ids", out var ids) && ids.ValueKind is JsonValueKind.Array
                ? [.. ids.EnumerateArray().Select(value => ComponentSettings.NumberOf(value) ?? throw settings.Refusal("has an invalid id"))]
                : throw settings.Refusal($"has no ids for {TerminalText.Quoted(name)}");
    }
}
