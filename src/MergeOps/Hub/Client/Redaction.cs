using System.Text.RegularExpressions;
using MergeOps.Diagnostics;

namespace MergeOps.Hub.Client;

/// <summary>Makes what a server said fit to be shown: no token in any form, no control characters, not too long.</summary>
internal static partial class Redaction
{
    /// <summary>What stands where a secret was.</summary>
    public const string Mask = "***";

    private const int LongestText = 300;

    /// <summary>The text without the known token (plain, URL-encoded, base64) and without anything that has a token's form.</summary>
    public static string Of(string text, HubToken? token)
    {
        var redacted = TokenForm().Replace(text, Mask);
        foreach (var spelling in token?.Spellings() ?? [])
        {
            redacted = redacted.Replace(spelling, Mask, StringComparison.OrdinalIgnoreCase);
        }

        redacted = TerminalText.Escape(redacted.Trim());
        return redacted.Length > LongestText ? redacted[..LongestText] + "…" : redacted;
    }

    // the Hub's own tokens, and JSON Web Tokens such as a workflow's identity, plain and in base64
    [GeneratedRegex("hf_[A-Za-z0-9_]{20,}|(eyJ|ZXlK)[A-Za-z0-9+/=_.-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TokenForm();
}
