namespace MergeOps.Tokenizers;

/// <summary>How a token is found in a text before it is split, as the tokenizers library keeps it.</summary>
/// <param name="Text">Its text.</param>
/// <param name="SingleWord">Whether only whole words are taken for it.</param>
/// <param name="StripsLeft">Whether it takes the white space before it.</param>
/// <param name="StripsRight">Whether it takes the white space behind it.</param>
/// <param name="IsNormalized">Whether it is looked for in the normalized text.</param>
/// <param name="IsSpecial">Whether decoders may leave it out.</param>
internal sealed record AddedToken(string Text, bool SingleWord = false, bool StripsLeft = false, bool StripsRight = false, bool IsNormalized = true, bool IsSpecial = false);
