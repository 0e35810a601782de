namespace MergeOps.Tokenizers;

/// <summary>What a piece of a SentencePiece model is.</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>All of a SentencePiece model that decides what texts become.</summary>
internal sealed record SentencePieceContents
{
    /// <summary>The pieces in the order of their ids.</summary>
    public List<(string Text, float Score, PieceKind Kind)> Pieces { get; } = [];

    /// <summary>1 for unigram, 2 for BPE, 3 for words, 4 for characters.</summary>
    public ulong ModelType { get; set; } = 1;

    /// <summary>Whether a space belongs to the word before it.</summary>
    public bool SpacesAreSuffixes { get; set; }

    /// <summary>What an unknown piece is as text.</summary>
    public string UnknownText { get; set; } = " \u2047 ";

    /// <summary>Compiled rules of normalizing; empty for none.</summary>
    public byte[] Rules { get; set; } = [];

    /// <summary>Whether a space is put before a text.</summary>
    public bool AddsSpace { get; set; } = true;

    /// <summary>Whether spaces at the ends, and all but one between words, go.</summary>
    public bool RemovesSpaces { get; set; } = true;

    /// <summary>Whether spaces are written as U+2581.</summary>
    public bool EscapesSpaces { get; set; } = true;

    /// <summary>Whether texts are changed after decoding.</summary>
    public bool Denormalizes { get; set; }
}
