namespace MergeOps.GitHub.Events;

/// <summary>What a command below a pull request asks for.</summary>
internal enum MergeCommandKind
{
    /// <summary>To plan the newest commit and show it.</summary>
    Plan,

    /// <summary>To merge and measure a shown plan, and to lay the model where people can try it.</summary>
    Preview,

    /// <summary>To carry a shown plan out.</summary>
    Apply,

    /// <summary>To make the version before the published one the current one again.</summary>
    Rollback,

    /// <summary>Below the issue of scheduled runs: to look now whether models moved, and to propose new locks.</summary>
    Upgrade,

    /// <summary>Below the issue of scheduled runs: to make published models again now.</summary>
    Rebuild,
}

/// <summary>
/// A comment that is a command: <c>/merge plan</c>, <c>/merge preview HASH</c>, <c>/merge apply HASH</c> or <c>/merge rollback</c> below a pull
/// request, <c>/merge upgrade</c> or <c>/merge rebuild</c> below the issue of scheduled runs.
/// </summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Hash">The first digits, eight or more, of the plan that is meant; null where none is needed.</param>
internal sealed record MergeCommand(MergeCommandKind Kind, string? Hash)
{
    /// <summary>How commands are written.</summary>
    public const string Usage = "`/merge plan`, `/merge preview HASH`, `/merge apply HASH` or `/merge rollback`, HASH being the first 8 digits or more of a plan in the comment";

    /// <summary>How commands below the issue of scheduled runs are written.</summary>
    public const string UsageInIssue = "`/merge upgrade` or `/merge rebuild`";

    private const string Word = "/merge";
    private const int ShortestHash = 8;
    private const int LongestHash = 64;

    /// <summary>Whether a comment speaks to us: its first line begins with <c>/merge</c>.</summary>
    public static bool IsMeant(string body) => Words(body) is [Word, ..];

    /// <summary>The command of a comment, or null when it is written in another way.</summary>
    public static MergeCommand? Find(string body) => Words(body) switch
    {
        [Word, "plan"] => new(MergeCommandKind.Plan, null),
        [Word, "preview", var hash] when IsHash(hash) => new(MergeCommandKind.Preview, hash),
        [Word, "apply", var hash] when IsHash(hash) => new(MergeCommandKind.Apply, hash),
        [Word, "rollback"] => new(MergeCommandKind.Rollback, null),
        [Word, "upgrade"] => new(MergeCommandKind.Upgrade, null),
        [Word, "rebuild"] => new(MergeCommandKind.Rebuild, null),
        _ => null,
    };

    private static string[] Words(string body) =>
        body.ReplaceLineEndings("\n").Split('\n', 2)[0].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsHash(string text) => text.Length is >= ShortestHash and <= LongestHash && text.All(char.IsAsciiHexDigitLower);
}
