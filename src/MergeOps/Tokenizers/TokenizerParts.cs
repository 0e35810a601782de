using System.Collections.Immutable;

namespace MergeOps.Tokenizers;

/// <summary>What a tokenizer has beside its vocabulary.</summary>
/// <param name="Digests">
/// A digest of each part that is known, 16 hex digits; equal for parts that do the same, however they are written. A tokenizer whose files do not
/// tell a part has none for it; one that does without a part has <see cref="Absent"/>.
/// </param>
/// <param name="SpecialTokens">The texts of the tokens with a task, by its name, such as <c>eos_token</c>.</param>
internal sealed record TokenizerParts(ImmutableSortedDictionary<string, string> Digests, ImmutableSortedDictionary<string, string> SpecialTokens)
{
    /// <summary>The kind of the tokenizer and its settings.</summary>
    public const string Model = "model";

    /// <summary>What joins pieces to tokens: the merges of BPE, the scores of Unigram.</summary>
    public const string Merges = "merges";

    /// <summary>Scores and rules of normalizing, where the tokenizer is a SentencePiece model.</summary>
    public const string SentencePiece = "sentencepiece";

    /// <summary>What is done to a text before it is split.</summary>
    public const string Normalizer = "normalizer";

    /// <summary>How a text is split into words.</summary>
    public const string PreTokenizer = "pre_tokenizer";

    /// <summary>What is added around the tokens of a text.</summary>
    public const string PostProcessor = "post_processor";

    /// <summary>How tokens become text.</summary>
    public const string Decoder = "decoder";

    /// <summary>How a conversation becomes text.</summary>
    public const string ChatTemplate = "chat_template";

    /// <summary>Stands for a part that the tokenizer does without.</summary>
    public const string Absent = "absent";

    /// <summary>Nothing is known.</summary>
    public static TokenizerParts Unknown { get; } = new(
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>The parts that decide which tokens a text becomes, in the order of their work.</summary>
    public static ImmutableArray<string> Encoding { get; } = [Normalizer, PreTokenizer, Model, Merges, SentencePiece];
}
