using System.Text.Json;
using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.PostProcessors;

/// <summary>One token before a text and one behind it.</summary>
internal abstract class ClassAndSeparator(ComponentSettings settings) : IPostProcessor
{
    private readonly int before = IdOf(settings, "cls");
    private readonly int behind = IdOf(settings, "sep");

    /// <inheritdoc/>
    public List<int> Process(List<int> ids, bool addSpecialTokens) => addSpecialTokens ? [before, .. ids, behind] : ids;

    private static int IdOf(ComponentSettings settings, string name) =>
        settings.Value(name) is { ValueKind: JsonValueKind.Array } pair && pair.GetArrayLength() == 2 && ComponentSettings.NumberOf(pair[1]) is { } id
            ? id
            : throw settings.Refusal($"has a '{name}' that is not a token with its id");
}
