using MergeOps.Diagnostics;

namespace MergeOps.Tokenizers.SubwordModels;

/// <summary>A text has what no token stands for.</summary>
internal static class Unknown
{
    /// <summary>The vocabulary has no token for the unknown.</summary>
    /// <param name="token">What it would be; null where the model names none.</param>
    public static MergeOpsException Missing(string? token) => new(
        Codes.TextNotEncoded,
        token is null
            ? "The text has characters that are not tokens, and the model has no unknown token."
            : $"The text has characters that are not tokens, and the vocabulary lacks {TerminalText.Quoted(token)}, the one for the unknown.");
}
