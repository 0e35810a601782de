using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Components;

/// <summary>Changes a text before it is split.</summary>
internal interface INormalizer
{
    /// <summary>The text as it is split.</summary>
    Piece Normalize(Piece piece);
}

/// <summary>Splits a text into words, of which each becomes tokens by itself.</summary>
internal interface IPreTokenizer
{
    /// <summary>Adds the words of a piece; empty ones are left out.</summary>
    void Split(Piece piece, List<Piece> into);
}

/// <summary>Makes tokens of words; it has the vocabulary.</summary>
internal interface ISubwordModel
{
    /// <summary>How many tokens the vocabulary has.</summary>
    int Count { get; }

    /// <summary>The tokens with their ids.</summary>
    IEnumerable<KeyValuePair<string, int>> Vocabulary { get; }

    /// <summary>The id of a token, or null.</summary>
    int? IdOf(string token);

    /// <summary>The token of an id, or null.</summary>
    string? TokenOf(int id);

    /// <summary>Adds the ids of a word.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The word has a character that is no token, and the vocabulary has none for the unknown.</exception>
    void Encode(Piece word, List<int> into);
}

/// <summary>Adds tokens around those of a text.</summary>
internal interface IPostProcessor
{
    /// <summary>The ids with those that belong around them.</summary>
    /// <param name="ids">The ids of a text.</param>
    /// <param name="addSpecialTokens">Whether special tokens are wanted.</param>
    List<int> Process(List<int> ids, bool addSpecialTokens);
}

/// <summary>Makes text of tokens.</summary>
internal interface IDecoder
{
    /// <summary>The pieces of text, which are joined at the end.</summary>
    List<string> Decode(List<string> tokens);
}
