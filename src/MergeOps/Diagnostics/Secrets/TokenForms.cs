using System.Text.RegularExpressions;

namespace MergeOps.Diagnostics.Secrets;

/// <summary>What tokens and keys look like, whoever's they are.</summary>
internal static partial class TokenForms
{
    private const int MatchTimeout = 5000;

    // every form begins with one of these; most texts have none of them, and looking for them costs less than preparing the pattern
    private static readonly string[] Beginnings =
        ["hf_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "AKIA", "ASIA", "eyJ", "ZXlK", "-----BEGIN "];

    /// <summary>
    /// Where a text has tokens of Hugging Face and GitHub, access keys of AWS, JSON Web Tokens such as a workflow's identity
    /// (plain and in base64), private keys in PEM to their end, or to the text's when that is missing.
    /// </summary>
    public static IReadOnlyList<Match> In(string text) => MayBeIn(text) ? Form().Matches(text) : [];

    /// <summary>The text with something else in the place of each; the same text when there is none.</summary>
    public static string Replace(string text, string replacement) => MayBeIn(text) ? Form().Replace(text, replacement) : text;

    /// <summary>Who issued a match, in words for people.</summary>
    public static string IssuerOf(string token) => token switch
    {
        ['h', 'f', ..] => "a Hugging Face token",
        ['g', ..] => "a GitHub token",
        ['A', ..] => "an AWS access key",
        ['-', ..] => "a private key",
        _ => "a JSON Web Token",
    };

    private static bool MayBeIn(string text) => Array.Exists(Beginnings, text.Contains);

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
