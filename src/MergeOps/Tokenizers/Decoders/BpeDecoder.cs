using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.Decoders;

/// <summary>What ends a word as a space, but for the last token.</summary>
[Component("BPEDecoder")]
internal sealed class BpeDecoder(ComponentSettings settings) : IDecoder
{
    private readonly string suffix = settings.Text("suffix") is { Length: > 0 } text ? text : throw settings.Refusal("has an empty 'suffix'");

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) =>
        [.. tokens.Select((token, i) => token.Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];
}
