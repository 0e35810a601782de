using System.Text.RegularExpressions;

namespace MergeOps.Tokenizers;

/// <summary>What the spelling of a token says of it; tokenizers have no other common sign.</summary>
internal static partial class TokenSpelling
{
    // nobody names a token like that; a text from anywhere can be as long as its file
    private const int Longest = 128;

    // what fairseq fills its vocabularies up with, numbered
    private const string FairseqFiller = "madeupword";

    /// <summary>
    /// Whether it is a numbered place that its maker left free, such as <c>&lt;|reserved_special_token_7|&gt;</c>, <c>&lt;unused3&gt;</c>,
    /// <c>[control_12]</c> or <c>&lt;extra_id_0&gt;</c>. Its number is no name: makers renumber such places when they use some of them.
    /// </summary>
    public static bool IsReserved(string text) => MayBeMarkup(text)
        ? ReservedPlace().IsMatch(text)
        : text.Length <= Longest && text.StartsWith(FairseqFiller, StringComparison.Ordinal) && !text.AsSpan(FairseqFiller.Length).ContainsAnyExceptInRange('0', '9');

    /// <summary>Whether it is written like a special token: wrapped in angle or square brackets, and not the fallback for a byte.</summary>
    public static bool IsMarkup(string text) => MayBeMarkup(text) && Wrapped().IsMatch(text) && !ByteFallback().IsMatch(text);

    private static bool MayBeMarkup(string text) => text.Length <= Longest && text is [('<' or '[' or '>'), .., ('>' or ']' or '<')];

    [GeneratedRegex(@"^(<[^<>\s]+>|\[[^\[\]\s]+\]|>>[^<>\s]+<<)\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Wrapped();

    [GeneratedRegex("^<0x[0-9A-Fa-f]{2}>\\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ByteFallback();

    [GeneratedRegex(
        @"^(<|\[|>>)[|｜]?(?:reserved|unused|extra|placeholder|place[ _▁-]?holder|dummy|control|special)(?:[ _▁-]?(?:special|token|id|no))*[ _▁-]?[0-9]+(?:[ _▁-]?token)?[|｜]?(>|\]|<<)\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReservedPlace();
}
