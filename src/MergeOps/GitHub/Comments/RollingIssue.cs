using System.Text;

namespace MergeOps.GitHub.Comments;

/// <summary>The sections of the one issue that scheduled runs keep up to date, each by its own run.</summary>
internal enum IssueSection
{
    /// <summary>What moved on the Hub under locked models.</summary>
    Drift,

    /// <summary>Whether published models come out the same when they are merged again.</summary>
    Rebuild,
}

/// <summary>The text of that issue: a hidden first line by which it is found, and a section for each kind of run.</summary>
/// <param name="Drift">The section on drift; empty before its first run.</param>
/// <param name="Rebuild">The section on rebuilds; empty before its first run.</param>
internal sealed record RollingIssue(string Drift, string Rebuild)
{
    /// <summary>The title.</summary>
    public const string Title = "Merged models: drift and rebuilds";

    /// <summary>The first line.</summary>
    public const string Marker = "<!-- mergeops:rolling-issue -->";

    private const string ToDo = "<!-- mergeops:to-do -->";

    /// <summary>An issue that says nothing yet.</summary>
    public static RollingIssue Empty { get; } = new("", "");

    /// <summary>The issue of a body that we wrote.</summary>
    public static RollingIssue Read(string body) => new(SectionOf(body, IssueSection.Drift), SectionOf(body, IssueSection.Rebuild));

    /// <summary>Whether a section asks somebody to do something; then the issue is open, whichever run wrote last.</summary>
    public bool IsToDo => Drift.EndsWith(ToDo, StringComparison.Ordinal) || Rebuild.EndsWith(ToDo, StringComparison.Ordinal);

    /// <summary>The issue with another section.</summary>
    /// <param name="section">The section.</param>
    /// <param name="markdown">Its text, the foreign parts of it escaped.</param>
    /// <param name="isCalm">Whether nobody has to do anything about it.</param>
    public RollingIssue With(IssueSection section, string markdown, bool isCalm)
    {
        var text = isCalm ? markdown.Trim() : $"{markdown.Trim()}\n\n{ToDo}";
        return section == IssueSection.Drift ? this with { Drift = text } : this with { Rebuild = text };
    }

    /// <summary>The body.</summary>
    public string Write()
    {
        var text = new StringBuilder(Marker).Append('\n');
        Append(text, IssueSection.Drift, "Drift", Drift);
        Append(text, IssueSection.Rebuild, "Rebuilds", Rebuild);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IssueSection section, string heading, string markdown)
    {
        if (markdown.Length > 0)
        {
            text.Append($"\n### {heading}\n\n{Begin(section)}\n{markdown}\n{End(section)}\n");
        }
    }

    private static string SectionOf(string body, IssueSection section)
    {
        var (begin, end) = (body.IndexOf(Begin(section), StringComparison.Ordinal), body.IndexOf(End(section), StringComparison.Ordinal));
        return begin < 0 || end < begin ? "" : body[(begin + Begin(section).Length)..end].Trim();
    }

    private static string Begin(IssueSection section) => $"<!-- mergeops:{section} -->";

    private static string End(IssueSection section) => $"<!-- /mergeops:{section} -->";
}
