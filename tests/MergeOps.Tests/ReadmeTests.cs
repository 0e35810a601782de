using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests;

/// <summary>The README is for a newcomer; the pages beside the code are for everybody else.</summary>
public sealed class ReadmeTests
{
    private const int MostLines = 150;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly string Commands = File.ReadAllText(Path.Combine(Repository.Root, "src", "MergeOps.Cli", "Commands.md"));

    public static TheoryData<string> Pages =>
    [
        .. from path in Directory.EnumerateFiles(Repository.Root, "*.md", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.System })
           let page = Path.GetRelativePath(Repository.Root, path).Replace('\\', '/')
           where page.Split('/')[0] is "README.md" or "src" or "recipes" or ".github" or "build"
           where !page.Contains("/bin/", StringComparison.Ordinal) && !page.Contains("/obj/", StringComparison.Ordinal)
           orderby page
           select page,
    ];

    [Fact]
    public void The_readme_is_short() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(Repository.Root, "README.md")).Length, 1, MostLines);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_into_the_repository_leads_to_a_file_and_a_heading(string page)
    {
        var path = Path.Combine(Repository.Root, page);
        foreach (Match link in Regex.Matches(ProseOf(path), @"\]\((?<file>[^)#:\s]*)(#(?<heading>[^)\s]+))?\)", RegexOptions.None, Patience))
        {
            var target = link.Groups["file"].Length == 0 ? path : Path.Combine(Path.GetDirectoryName(path)!, link.Groups["file"].Value);
            Assert.True(Path.Exists(target), $"{page}: {link.Value}");
            if (link.Groups["heading"].Success)
            {
                Assert.True(HeadingsOf(target).Contains(link.Groups["heading"].Value), $"{page}: {link.Value}");
            }
        }
    }

    [Fact]
    public void Every_failure_has_its_exit_code() =>
        Assert.All(Enum.GetValues<FailureKind>(), kind => Assert.Contains($"| {(int)kind} |", Commands, StringComparison.Ordinal));

    [Fact]
    public void Every_command_has_its_row()
    {
        var help = File.ReadAllText(Repository.Data("Cli", "help.txt"));
        var verbs = Regex.Matches(help, @"^  (?<verb>[a-z]+( [a-z]+)*)  +[A-Z]", RegexOptions.Multiline, Patience);

        Assert.InRange(verbs.Count, 20, 60);
        Assert.All(verbs, verb => Assert.Contains(Commands.Split('\n'), line => line.StartsWith("| `", StringComparison.Ordinal) && line.Contains($"`{verb.Groups["verb"].Value}", StringComparison.Ordinal)));
    }

    // text in code is no link
    private static string ProseOf(string path) =>
        Regex.Replace(File.ReadAllText(path).ReplaceLineEndings("\n"), @"^```.*?^```$|`[^`\n]*`", "`code`", RegexOptions.Singleline | RegexOptions.Multiline, Patience);

    // GitHub's anchor of a heading: lower case, no punctuation, hyphens for blanks
    private static IEnumerable<string> HeadingsOf(string path) =>
        from Match heading in Regex.Matches(File.ReadAllText(path).ReplaceLineEndings("\n"), @"^#+ (?<text>.+)$", RegexOptions.Multiline, Patience)
        select Regex.Replace(heading.Groups["text"].Value.ToLowerInvariant(), @"[^\w\- ]", "", RegexOptions.None, Patience).Replace(' ', '-');
}
