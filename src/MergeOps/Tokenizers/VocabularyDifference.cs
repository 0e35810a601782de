using System.Collections.Immutable;

namespace MergeOps.Tokenizers;

/// <summary>An id that two vocabularies give to different tokens.</summary>
/// <param name="Id">The id.</param>
/// <param name="Mine">The text in the first vocabulary; null where only the outline is known.</param>
/// <param name="Other">The text in the second one; null where only the outline is known.</param>
internal sealed record TokenPair(int Id, string? Mine, string? Other);

/// <summary>A token that two vocabularies have under different ids.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Mine">The id in the first vocabulary.</param>
/// <param name="Other">The id in the second one.</param>
internal sealed record MovedToken(string Text, int Mine, int Other);

/// <summary>Ids that only one of two vocabularies has.</summary>
/// <param name="Count">How many they are.</param>
/// <param name="Known">Those tokens of them whose texts are known, in the order of their ids.</param>
internal sealed record ExtraTokens(int Count, ImmutableArray<Token> Known)
{
    /// <summary>None.</summary>
    public static ExtraTokens None { get; } = new(0, []);
}

/// <summary>
/// How a vocabulary differs from another one. Rows of embeddings belong together by number only where both have the same token under each
/// id that both have, or a marked token in its place that the other one does not have at all.
/// </summary>
internal sealed record VocabularyDifference
{
    /// <summary>No difference at all.</summary>
    public static VocabularyDifference None { get; } = new();

    /// <summary>Ids whose marked tokens have other names, those first that are not reserved in both: the rows belong together by number.</summary>
    public ImmutableArray<TokenPair> Renamed { get; init; } = [];

    /// <summary>The ids that only the first vocabulary has.</summary>
    public ExtraTokens OnlyMine { get; init; } = ExtraTokens.None;

    /// <summary>The ids that only the second one has.</summary>
    public ExtraTokens OnlyOther { get; init; } = ExtraTokens.None;

    /// <summary>Tokens that both have under different ids, by their ids in the first.</summary>
    public ImmutableArray<MovedToken> Moved { get; init; } = [];

    /// <summary>Ids whose tokens differ without being names of one thing.</summary>
    public ImmutableArray<TokenPair> Replaced { get; init; } = [];

    /// <summary>Runs of ids in which ordinary tokens differ without it being known which, since of one vocabulary only the outline is.</summary>
    public ImmutableArray<IdRange> DifferentWithin { get; init; } = [];

    /// <summary>The parts of the tokenizers that are known of both and differ, by their names in <see cref="TokenizerParts"/>.</summary>
    public ImmutableArray<string> Parts { get; init; } = [];

    /// <summary>Whether every differing token is listed; where only an outline is known, some are not.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Whether one has ids that the other lacks.</summary>
    public bool IsExtended => OnlyMine.Count + OnlyOther.Count > 0;

    /// <summary>Whether rows of one number belong to different tokens: nothing can be merged by number.</summary>
    public bool IsDifferent => Moved.Length + Replaced.Length + DifferentWithin.Length > 0;

    /// <summary>Whether every id that one of them has is the same token in both.</summary>
    public bool IsSame => !IsDifferent && !IsExtended && Renamed.IsEmpty;

    /// <summary>Whether the vocabularies are the same and texts become other tokens nevertheless.</summary>
    public bool EncodesDifferently => !IsDifferent && Parts.Any(part => TokenizerParts.Encoding.Contains(part));
}
