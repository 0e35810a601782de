using MergeOps.GitHub.Approvals;
using Xunit;

namespace MergeOps.Tests.GitHub.Approvals;

/// <summary>Owners of files, by the example in GitHub's documentation of CODEOWNERS.</summary>
public sealed class CodeOwnersTests
{
    private static readonly CodeOwners Owners = CodeOwners.Read("""
        # the last line that matches counts
        *       @global-owner1 @global-owner2
        *.js    @js-owner #This is an inline comment.
        *.go docs@example.com
        *.txt @octo-org/octocats
        /build/logs/ @doctocat
        docs/*  docs@example.com
        apps/ @octocat
        /scripts/ @doctocat @octocat
        **/logs @octocat
        /apps/ @octocat
        /apps/github
        /with\ blank/ @blank
        /one/**/two @deep
        !negated @nobody
        """);

    [Theory]
    [InlineData("README.md", "@global-owner1 @global-owner2")]
    [InlineData("src/deep/a.js", "@js-owner")]
    [InlineData("main.go", "docs@example.com")]
    [InlineData(".github/notes.txt", "@octo-org/octocats")]
    [InlineData("docs/getting-started.md", "docs@example.com")]
    [InlineData("docs/build-app/troubleshooting.md", "@global-owner1 @global-owner2")]
    [InlineData("inner/docs/a.md", "@global-owner1 @global-owner2")]
    [InlineData("inner/apps/a.md", "@octocat")]
    [InlineData("scripts/run.sh", "@doctocat @octocat")]
    [InlineData("build/logs/today.md", "@octocat")]
    [InlineData("deeply/nested/logs/a.md", "@octocat")]
    [InlineData("apps/web/a.md", "@octocat")]
    [InlineData("apps/github/a.md", "")]
    [InlineData("with blank/a.md", "@blank")]
    [InlineData("one/two", "@deep")]
    [InlineData("one/a/b/two/c.md", "@deep")]
    [InlineData("negated", "@global-owner1 @global-owner2")]
    public void The_last_line_that_matches_a_path_names_its_owners(string path, string owners) =>
        Assert.Equal(owners, string.Join(' ', Owners.Of(path)));
}
