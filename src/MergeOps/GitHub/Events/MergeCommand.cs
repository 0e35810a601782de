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
}

/// <summary>A comment that is a command: <c>/merge plan</c>, <c>/merge preview HASH</c>, <c>/merge apply HASH</c> or <c>/merge rollback</c>.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Hash">The first digits, eight or more, of the plan that is meant; null where none is needed.</param>
internal sealed record MergeCommand(MergeCommandKind Kind, string? Hash)
{
    /// <summary>How commands are written.</summary>
    public const string Usage = "`/merge plan`, `/merge preview HASH`, `/merge apply HASH` or `/merge rollback`, HASH being the first 8 digits or more of a plan in the comment";

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
        _ => null,
    };

    private static string[] Words(string body) =>
        body.ReplaceLineEndings("\n").Split('\n', 2)[0].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsHash(string text) => text.Length is >= ShortestHash and <= LongestHash && text.All(char.IsAsciiHexDigitLower);
}
