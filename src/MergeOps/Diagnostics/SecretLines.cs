using System.Text.RegularExpressions;

namespace MergeOps.Diagnostics;

/// <summary>Takes secrets out of text that comes a line at a time: remembers being inside of a private key.</summary>
internal sealed partial class SecretLines
{
    // most lines lack it, and looking for it costs less than preparing a pattern
    private const string Name = "PRIVATE KEY";

    private bool isInKey;

    /// <summary>The line without secrets; of a private key each line is masked whole.</summary>
    /// <param name="line">A line without its line break.</param>
    public string Redact(string line)
    {
        if (isInKey)
        {
            isInKey = !KeyEnd().IsMatch(line);
            return SecretText.Mask;
        }

        isInKey = line.Contains(Name, StringComparison.Ordinal) && KeyStart().IsMatch(line) && !KeyEnd().IsMatch(line);
        return SecretText.Redact(line);
    }

    [GeneratedRegex("-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyStart();

    [GeneratedRegex("-----END [A-Z0-9 ]{0,30}PRIVATE KEY", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyEnd();
}
