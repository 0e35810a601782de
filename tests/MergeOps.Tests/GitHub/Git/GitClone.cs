using System.Diagnostics;
using Xunit;

namespace MergeOps.Tests.GitHub.Git;

/// <summary>What a runner has after checking something out with <c>fetch-depth: 0</c>: all branches, their history, one of them as files.</summary>
internal sealed class GitClone
{
    /// <summary>Clones, and checks a reference out.</summary>
    /// <param name="bare">The repository on the server.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="reference">Such as <c>refs/pull/12/merge</c>.</param>
    public GitClone(string bare, string folder, string reference)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        Run("init", "--quiet", "--initial-branch=main");
        Run("remote", "add", "origin", bare);
        Run("fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*", $"+{reference}:refs/remotes/checkout");
        Run("checkout", "--quiet", "--detach", "refs/remotes/checkout");
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The commit that is checked out.</summary>
    public string Head => Run("rev-parse", "HEAD");

    /// <summary>Runs git and gives what it wrote.</summary>
    public string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using var git = Process.Start(start)!;
        var error = git.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, $"git {string.Join(' ', arguments)}: {error.GetAwaiter().GetResult()}");
        return output.Trim();
    }
}
