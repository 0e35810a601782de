namespace MergeOps.Tokenizers;

/// <summary>A token of a vocabulary.</summary>
/// <param name="Id">The row of the embedding that belongs to it.</param>
/// <param name="Text">Its text as the tokenizer's files write it.</param>
/// <param name="IsMarked">Whether it stands apart from the pieces of ordinary text: added, special, reserved, or written like a special token.</param>
internal readonly record struct Token(int Id, string Text, bool IsMarked);
