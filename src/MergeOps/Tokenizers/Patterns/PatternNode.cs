using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Patterns;

/// <summary>What a part of a regular expression is.</summary>
internal abstract record PatternNode
{
    /// <summary>Whether it can match nothing.</summary>
    public abstract bool CanBeEmpty { get; }

    /// <summary>One code point of a set.</summary>
    public sealed record Set(CodePointSet Points) : PatternNode
    {
        public override bool CanBeEmpty => false;
    }

    /// <summary>One after the other.</summary>
    public sealed record Row(IReadOnlyList<PatternNode> Parts) : PatternNode
    {
        public override bool CanBeEmpty => Parts.All(part => part.CanBeEmpty);
    }

    /// <summary>The first one that lets the rest match.</summary>
    public sealed record Choice(IReadOnlyList<PatternNode> Parts) : PatternNode
    {
        public override bool CanBeEmpty => Parts.Any(part => part.CanBeEmpty);
    }

    /// <summary>Again and again.</summary>
    /// <param name="Part">What.</param>
    /// <param name="Least">How often at least.</param>
    /// <param name="Most">How often at most; <see cref="int.MaxValue"/> for no limit.</param>
    /// <param name="IsLazy">Whether as few as possible are tried first.</param>
    public sealed record Repeat(PatternNode Part, int Least, int Most, bool IsLazy) : PatternNode
    {
        public override bool CanBeEmpty => Least == 0 || Part.CanBeEmpty;
    }

    /// <summary>Matches as its part does the first time, and is not tried in another way.</summary>
    public sealed record Atomic(PatternNode Part) : PatternNode
    {
        public override bool CanBeEmpty => Part.CanBeEmpty;
    }

    /// <summary>Whether its part matches what follows, or does not.</summary>
    public sealed record Ahead(PatternNode Part, bool IsNegated) : PatternNode
    {
        public override bool CanBeEmpty => true;
    }

    /// <summary>Whether the code point before is of a set, or is not.</summary>
    public sealed record Behind(CodePointSet Points, bool IsNegated) : PatternNode
    {
        public override bool CanBeEmpty => true;
    }

    /// <summary>A place in the text.</summary>
    public sealed record Anchor(AnchorKind Kind) : PatternNode
    {
        public override bool CanBeEmpty => true;
    }
}

/// <summary>A kind of place in a text.</summary>
internal enum AnchorKind
{
    /// <summary>The beginning of a line.</summary>
    LineStart,

    /// <summary>The end of a line.</summary>
    LineEnd,

    /// <summary>The beginning of the text.</summary>
    TextStart,

    /// <summary>The end of the text.</summary>
    TextEnd,

    /// <summary>The end of the text, or before a line feed that ends it.</summary>
    LastLineEnd,

    /// <summary>Between a character of a word and another one.</summary>
    WordBorder,

    /// <summary>Not between them.</summary>
    NoWordBorder,
}
