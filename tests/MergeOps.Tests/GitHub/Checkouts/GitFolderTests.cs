using MergeOps.Diagnostics;
using MergeOps.GitHub.Checkouts;
using MergeOps.Tests.GitHub.Git;
using Xunit;

namespace MergeOps.Tests.GitHub.Checkouts;

public sealed class GitFolderTests : IDisposable
{
    private static readonly string[] Author = ["-c", "user.name=mona", "-c", "user.email=mona@example.com"];

    private readonly TemporaryFolder folder = new();
    private readonly GitClone origin;

    public GitFolderTests()
    {
        var bare = Directory.CreateDirectory(folder["bare"]).FullName;
        var first = new GitFolder(TestEnvironment.OfThisProcess, bare);
        first.RequireAsync(["init", "--quiet", "--bare", "--initial-branch=main"], [], CancellationToken.None).GetAwaiter().GetResult();
        var tree = first.RequireAsync(["mktree"], [], CancellationToken.None).GetAwaiter().GetResult().Trim();
        var commit = "";
        for (var i = 0; i < 5; i++)
        {
            string[] parent = commit.Length == 0 ? [] : ["-p", commit];
            commit = first.RequireAsync([.. Author, "commit-tree", tree, .. parent, "-m", $"commit {i}"], [], CancellationToken.None).GetAwaiter().GetResult().Trim();
        }

        first.RequireAsync(["update-ref", "refs/heads/main", commit], [], CancellationToken.None).GetAwaiter().GetResult();
        origin = new GitClone(bare, folder["clone"], "refs/heads/main");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_commit_that_is_not_here_is_none_and_a_folder_that_is_no_repository_is_a_failure()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var clone = new GitFolder(TestEnvironment.OfThisProcess, origin.Folder);

        Assert.Equal(origin.Head, await clone.ResolveAsync("HEAD", cancellation));
        Assert.Null(await clone.ResolveAsync(new string('d', 40), cancellation));
        Assert.Null(await clone.ResolveAsync("HEAD^2", cancellation));
        var refusal = await Assert.ThrowsAsync<MergeOpsException>(() => new GitFolder(TestEnvironment.OfThisProcess, Directory.CreateDirectory(folder["empty"]).FullName).ResolveAsync("HEAD", cancellation));
        Assert.Equal(Codes.GitFailed, refusal.Diagnostic.Code);
        Assert.Contains("`git rev-parse` ended with 128", refusal.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_clone_keeps_its_history_when_something_is_fetched_and_a_shallow_one_stays_shallow()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var remote = new Uri(folder["bare"]);

        Assert.Equal(origin.Head, await new GitFolder(TestEnvironment.OfThisProcess, origin.Folder).FetchAsync(remote, "refs/heads/main", credentials: null, cancellation));
        Assert.Equal("false", origin.Run("rev-parse", "--is-shallow-repository"));
        Assert.Equal("5", origin.Run("rev-list", "--count", "HEAD"));

        origin.Run("clone", "--quiet", "--depth=1", remote.AbsoluteUri, folder["shallow"]);
        await new GitFolder(TestEnvironment.OfThisProcess, folder["shallow"]).FetchAsync(remote, "refs/heads/main", credentials: null, cancellation);
        Assert.Equal("2", origin.Run("-C", folder["shallow"], "rev-list", "--count", "FETCH_HEAD"));
    }
}
