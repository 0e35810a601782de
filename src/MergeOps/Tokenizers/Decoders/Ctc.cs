using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.Decoders;

/// <summary>Runs of one token as one, without padding: what speech models write.</summary>
[Component("CTC")]
internal sealed class Ctc(ComponentSettings settings) : IDecoder
{
    private readonly string padding = settings.Text("pad_token") is { Length: > 0 } text ? text : throw settings.Refusal("has an empty 'pad_token'");
    private readonly string delimiter = settings.Text("word_delimiter_token") is { Length: > 0 } text ? text : throw settings.Refusal("has an empty 'word_delimiter_token'");
    private readonly bool cleans = settings.Flag("cleanup");

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) => [.. tokens
        .Where((token, i) => i == 0 || token != tokens[i - 1])
        .Select(token => token.Replace(padding, "", StringComparison.Ordinal))
        .Select(token => cleans ? Cleanup.Of(token).Replace(delimiter, " ", StringComparison.Ordinal) : token)
        .Where(token => token.Length > 0)];
}
