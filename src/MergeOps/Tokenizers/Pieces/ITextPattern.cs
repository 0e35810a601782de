namespace MergeOps.Tokenizers.Pieces;

/// <summary>What a text is searched for.</summary>
internal interface ITextPattern
{
    /// <summary>The matches from left to right and what lies between them, which together are the whole text.</summary>
    List<Match> Find(ReadOnlySpan<int> text);
}
