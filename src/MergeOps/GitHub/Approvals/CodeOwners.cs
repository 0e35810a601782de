using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace MergeOps.GitHub.Approvals;

/// <summary>
/// A CODEOWNERS file: each line a pattern, written as in <c>.gitignore</c>, and its owners; of a path's lines the last one
/// counts, and one without owners takes them away. What GitHub skips (negated patterns, ranges of characters) is skipped.
/// </summary>
internal sealed class CodeOwners
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ImmutableArray<(Regex Pattern, ImmutableArray<string> Owners)> lines;

    private CodeOwners(ImmutableArray<(Regex Pattern, ImmutableArray<string> Owners)> lines) => this.lines = lines;

    /// <summary>Where GitHub looks for the file; the first that is there counts.</summary>
    public static ImmutableArray<string> Paths { get; } = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

    /// <summary>Reads a file's text.</summary>
    public static CodeOwners Read(string text) => new(
    [
        .. text.Split('\n')
            .Select(line => WordsOf(line.Trim()))
            .Where(words => words is [{ Length: > 0 } pattern, ..] && pattern[0] is not ('#' or '!') && !pattern.Contains('['))
            .Select(words => (PatternOf(words[0]), words.Skip(1).TakeWhile(word => word[0] != '#').ToImmutableArray())),
    ]);

    /// <summary>The owners of a path, each <c>@login</c>, <c>@organization/team</c> or an address; none where nobody owns it.</summary>
    public ImmutableArray<string> Of(string path) =>
        lines.LastOrDefault(line => line.Pattern.IsMatch(path)) is { Pattern: not null } line ? line.Owners : [];

    // a blank that belongs to a path is written "\ "
    private static string[] WordsOf(string line)
    {
        const char Blank = '\0';
        return [.. line.Replace("\\ ", $"{Blank}", StringComparison.Ordinal).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(word => word.Replace(Blank, ' '))];
    }

    private static Regex PatternOf(string text)
    {
        var isFolder = text.EndsWith('/');
        var body = text.Trim('/');
        var parts = body.Split('/');
        var pattern = new StringBuilder(text.StartsWith('/') || parts.Length > 1 ? "^" : "^(?:.*/)?");
        for (var i = 0; i < parts.Length; i++)
        {
            var isLast = i == parts.Length - 1;
            pattern.Append(parts[i] != "**" ? NameOf(parts[i]) + (isLast ? "" : "/") : isLast ? ".+" : "(?:.*/)?");
        }

        // a folder owns what is below it, but "docs/*" is not about the folders in docs
        pattern.Append(isFolder ? "/.+$" : parts[^1] is "*" && parts.Length > 1 ? "$" : "(?:/.+)?$");
        return new Regex(pattern.ToString(), RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking, Patience);
    }

    private static string NameOf(string part) => string.Concat(part.Select(sign => sign switch
    {
        '*' => "[^/]*",
        '?' => "[^/]",
        _ => Regex.Escape(sign.ToString()),
    }));
}
