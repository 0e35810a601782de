using System.Text;
using MergeOps.Pipeline.Stages;
using Xunit;

namespace MergeOps.Tests.Pipeline;

/// <summary>Folders as git lays them out (gitrepository-layout): the checked-out commit is read from files alone.</summary>
public sealed class OriginOfReportTests : IDisposable
{
    private const string Commit = "89abcdef0123456789abcdef0123456789abcdef";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_branch_leads_to_its_commit()
    {
        Write(".git/HEAD", "ref: refs/heads/main\n");
        Write(".git/refs/heads/main", $"{Commit}\n");
        Write("recipes/a.yml", "x");

        Assert.Equal(Commit, OriginOfReport.CommitOf(folder["recipes"]));
    }

    [Fact]
    public void So_does_one_that_is_packed()
    {
        Write(".git/HEAD", "ref: refs/heads/main\n");
        Write(".git/packed-refs", $"# pack-refs with: peeled fully-peeled sorted \n0123456789012345678901234567890123456789 refs/heads/main2\n{Commit} refs/heads/main\n");

        Assert.Equal(Commit, OriginOfReport.CommitOf(folder.Path));
    }

    [Fact]
    public void A_detached_head_is_the_commit_itself()
    {
        Write(".git/HEAD", $"{Commit}\n");

        Assert.Equal(Commit, OriginOfReport.CommitOf(folder.Path));
    }

    [Fact]
    public void A_worktree_shares_the_branches_of_its_repository()
    {
        Write("main/.git/worktrees/side/HEAD", "ref: refs/heads/side\n");
        Write("main/.git/worktrees/side/commondir", "../..\n");
        Write("main/.git/refs/heads/side", $"{Commit}\n");
        Write("side/.git", "gitdir: ../main/.git/worktrees/side\n");

        Assert.Equal(Commit, OriginOfReport.CommitOf(folder["side"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ref: refs/heads/unborn\n")]
    [InlineData("ref: ../../secret\n")]
    [InlineData("not a commit\n")]
    [InlineData("\0\0\0\n")]
    public void What_leads_nowhere_is_no_commit(string head)
    {
        Write(".git/HEAD", head);
        Write("secret", $"{Commit}\n");

        Assert.Null(OriginOfReport.CommitOf(folder.Path));
    }

    private void Write(string path, string text) => folder.Write(path, Encoding.UTF8.GetBytes(text));
}
