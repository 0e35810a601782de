using MergeOps.Diagnostics;

namespace MergeOps.GitHub.Client;

/// <summary>The description of a commit status: one line without secrets.</summary>
internal static class StatusText
{
    // where GitHub states a limit (deployment statuses) it is this one
    private const int MostCharacters = 140;

    /// <summary>A text as a description, cut where it is too long.</summary>
    public static string Of(string text)
    {
        var line = TerminalText.Escape(SecretText.Redact(text)).Trim();
        if (line.Length <= MostCharacters)
        {
            return line;
        }

        var end = MostCharacters - 1;
        return line[..(char.IsHighSurrogate(line[end - 1]) ? end - 1 : end)] + "…";
    }
}
