using System.Text;

namespace MergeOps.GitHub.Reports;

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

    /// <summary>An issue that says nothing yet.</summary>
    public static RollingIssue Empty { get; } = new("", "");

    /// <summary>The issue of a body that we wrote.</summary>
    public static RollingIssue Read(string body) => new(SectionOf(body, IssueSection.Drift), SectionOf(body, IssueSection.Rebuild));

    /// <summary>The issue with another section; its text is Markdown whose foreign parts are escaped.</summary>
    public RollingIssue With(IssueSection section, string markdown) =>
        section == IssueSection.Drift ? this with { Drift = markdown.Trim() } : this with { Rebuild = markdown.Trim() };

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
