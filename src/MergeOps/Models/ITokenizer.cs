namespace MergeOps.Models;

/// <summary>Text to token ids and back, exactly as the model was trained.</summary>
internal interface ITokenizer
{
    /// <summary>The token that the tokenizer puts before every text, or null.</summary>
    int? Begin { get; }

    /// <summary>The token that stands between texts where there is no <see cref="Begin"/>, or null.</summary>
    int? Separator { get; }

    /// <summary>One more than the largest id.</summary>
    int Count { get; }

    /// <summary>The ids of a text without <see cref="Begin"/>.</summary>
    int[] Encode(string text);

    /// <summary>The text of ids; bytes that are no valid UTF-8 become U+FFFD.</summary>
    string Decode(IReadOnlyList<int> ids);
}
