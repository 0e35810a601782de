using System.Text.RegularExpressions;

namespace MergeOps.Diagnostics.Secrets;

/// <summary>What tokens and keys look like, whoever's they are.</summary>
internal static partial class TokenForms
{
    private const int MatchTimeout = 5000;

    /// <summary>
    /// Tokens of Hugging Face and GitHub, access keys of AWS, JSON Web Tokens such as a workflow's identity (plain and in
    /// base64), private keys in PEM to their end, or to the text's when that is missing.
    /// </summary>
    public static Regex Any => Form();

    /// <summary>Who issued a match, in words for people.</summary>
    public static string IssuerOf(string token) => token switch
    {
        ['h', 'f', ..] => "a Hugging Face token",
        ['g', ..] => "a GitHub token",
        ['A', ..] => "an AWS access key",
        ['-', ..] => "a private key",
        _ => "a JSON Web Token",
    };

    [GeneratedRegex(
        """
        \bhf_[A-Za-z0-9_]{20,}
        |\bgh[pousr]_[A-Za-z0-9_]{20,}
        |\bgithub_pat_[A-Za-z0-9_]{20,}
        |\b(?:AKIA|ASIA)[A-Z0-9]{16}\b
        |(?:eyJ|ZXlK)[A-Za-z0-9+/=_.-]{20,}
        |-----BEGIN\ [A-Z0-9\ ]{0,30}PRIVATE\ KEY(?:\ BLOCK)?-----[\s\S]*?(?:-----END\ [A-Z0-9\ ]{0,30}PRIVATE\ KEY(?:\ BLOCK)?-----|\z)
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant,
        MatchTimeout)]
    private static partial Regex Form();
}
