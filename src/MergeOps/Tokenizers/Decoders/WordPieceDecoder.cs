using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.Decoders;

/// <summary>A space before each token that does not go on with a word.</summary>
[Component("WordPiece")]
internal sealed class WordPieceDecoder(ComponentSettings settings) : IDecoder
{
    private readonly string prefix = settings.Text("prefix");
    private readonly bool cleans = settings.Flag("cleanup");

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => [.. tokens.Select((token, i) =>
    {
        var text = i == 0 ? token : token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleans ? Cleanup.Of(text) : text;
    })];
}
