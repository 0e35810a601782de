using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Checkouts;

/// <summary>
/// The repository's git folder. Commits that are not checked out are looked at in a worktree of their own, made without
/// hooks, filters or links: whatever a commit holds, nothing in it runs and nothing in it leads elsewhere.
/// </summary>
/// <param name="environment">What git sees.</param>
/// <param name="folder">A folder inside the repository.</param>
internal sealed class GitFolder(HostEnvironment environment, string folder)
{
    private static readonly string[] Harmless =
    [
        "-c", "core.hooksPath=/dev/null", "-c", "core.symlinks=false",
        "-c", "filter.lfs.smudge=", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false",
    ];

    // git alone waits for ever for a server that falls silent
    private static readonly string[] Impatient = ["-c", "http.lowSpeedLimit=512", "-c", "http.lowSpeedTime=60"];

    private const string LinkMode = "120000 ";

    /// <summary>How `git rev-parse --verify --quiet` ends for a name without an object.</summary>
    private const int NotFound = 1;

    /// <summary>Checks a commit out into a folder of its own; null when this clone does not have it.</summary>
    /// <param name="commit">The commit, or a name such as <c>HEAD^1</c>.</param>
    /// <param name="temporary">A folder that may be dropped.</param>
    /// <param name="cancellation">Stops git.</param>
    /// <exception cref="MergeOpsException">git is missing, or cannot write.</exception>
    public async Task<Worktree?> FindAsync(string commit, string temporary, CancellationToken cancellation)
    {
        if (await ResolveAsync(commit, cancellation) is not { } id)
        {
            return null;
        }

        Directory.CreateDirectory(temporary);
        var path = Path.Combine(temporary, $"worktree-{Guid.NewGuid():n}");
        await RequireAsync([.. Harmless, "worktree", "add", "--quiet", "--detach", path, id], [], cancellation);
        return new Worktree(environment, this, path, id, await LinksOfAsync(id, cancellation));
    }

    // a worktree shows them as files, so that nothing in it leads elsewhere
    private async Task<IReadOnlySet<string>> LinksOfAsync(string commit, CancellationToken cancellation)
    {
        var entries = (await RequireAsync(["ls-tree", "-r", "-z", "--full-tree", commit], [], cancellation)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return entries.Where(entry => entry.StartsWith(LinkMode, StringComparison.Ordinal)).Select(entry => entry[(entry.IndexOf('\t') + 1)..]).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The commit that a name stands for; null when this clone does not have it.</summary>
    /// <exception cref="MergeOpsException">git is missing or refuses, for example because this is no repository.</exception>
    public async Task<string?> ResolveAsync(string name, CancellationToken cancellation)
    {
        string[] arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", $"{name}^{{commit}}"];
        var (exit, id, error) = await RunAsync(arguments, [], cancellation);
        return exit switch
        {
            0 => id.Trim(),
            NotFound => null,
            _ => throw Refused(arguments, exit, error),
        };
    }

    /// <summary>The newest commit of the checkout that changed one of several files.</summary>
    /// <exception cref="MergeOpsException">git is missing, or nothing ever did.</exception>
    public async Task<string> LastChangeAsync(IEnumerable<string> paths, CancellationToken cancellation) =>
        (await RequireAsync(["log", "-1", "--format=%H", "--", .. paths.Select(path => $":(literal){path}")], [], cancellation)).Trim() is { Length: > 0 } commit
            ? commit
            : throw new MergeOpsException(Codes.GitFailed, $"No commit here made {string.Join(" or ", paths.Select(TerminalText.Quoted))}. Check out the whole history (`fetch-depth: 0`).");

    /// <summary>The paths of files that differ between two commits, removed ones too; null when this clone does not have both.</summary>
    /// <exception cref="MergeOpsException">git is missing or refuses.</exception>
    public async Task<IReadOnlyList<string>?> ChangedBetweenAsync(string before, string after, CancellationToken cancellation)
    {
        if (await ResolveAsync(before, cancellation) is not { } from || await ResolveAsync(after, cancellation) is not { } to)
        {
            return null;
        }

        var names = await RequireAsync(["diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", from, to], [], cancellation);
        return names.Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The commits that came to a branch one by one after another commit, the newest first: of merges the merge alone.</summary>
    /// <exception cref="MergeOpsException">git is missing or refuses.</exception>
    public async Task<IReadOnlyList<CommitLine>> CommitsSinceAsync(string before, string after, CancellationToken cancellation)
    {
        var lines = await RequireAsync(["log", "--first-parent", "--format=%H%x00%P%x00%s", $"{before}..{after}"], [], cancellation);
        return
        [
            .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\0'))
                .Select(parts => new CommitLine(parts[0], parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), parts[2])),
        ];
    }

    /// <summary>Brings a commit of the remote repository here, with its parents.</summary>
    /// <param name="remote">The address.</param>
    /// <param name="reference">Such as <c>refs/pull/12/head</c>.</param>
    /// <param name="credentials">What the server asks for; travels in the environment, never in the arguments; null for nothing.</param>
    /// <param name="cancellation">Stops git.</param>
    /// <returns>The commit to which the reference points now.</returns>
    /// <exception cref="MergeOpsException">The server does not give it.</exception>
    public async Task<string> FetchAsync(Uri remote, string reference, NetworkCredential? credentials, CancellationToken cancellation)
    {
        var variables = credentials is null || remote.IsFile ? [] : Header(remote, credentials);
        var address = remote.IsFile ? remote.LocalPath : remote.AbsoluteUri;
        // a depth would cut a whole clone's history off
        string[] depth = (await RequireAsync(["rev-parse", "--is-shallow-repository"], [], cancellation)).Trim() == "true" ? ["--depth=2"] : [];
        await RequireAsync([.. Impatient, "fetch", "--quiet", "--no-tags", .. depth, address, reference], variables, cancellation);
        return (await RequireAsync(["rev-parse", "FETCH_HEAD"], [], cancellation)).Trim();
    }

    /// <summary>Runs git and gives what it wrote.</summary>
    /// <exception cref="MergeOpsException">git is missing or refuses.</exception>
    public async Task<string> RequireAsync(string[] arguments, KeyValuePair<string, string>[] variables, CancellationToken cancellation)
    {
        var (exit, output, error) = await RunAsync(arguments, variables, cancellation);
        return exit == 0
            ? output
            : throw Refused(arguments, exit, error);
    }

    private static MergeOpsException Refused(string[] arguments, int exit, string error) => new(
        Codes.GitFailed,
        $"`git {arguments.FirstOrDefault(argument => !argument.StartsWith('-') && !argument.Contains('='))}` ended with {exit}: {TerminalText.Escape(error.Trim())}");

    private static KeyValuePair<string, string>[] Header(Uri remote, NetworkCredential credentials)
    {
        var basic = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{credentials.UserName}:{credentials.Password}"));
        return
        [
            new("GIT_CONFIG_COUNT", "1"),
            new("GIT_CONFIG_KEY_0", $"http.{remote.GetLeftPart(UriPartial.Authority)}/.extraheader"),
            new("GIT_CONFIG_VALUE_0", $"AUTHORIZATION: basic {basic}"),
        ];
    }

    private async Task<(int Exit, string Output, string Error)> RunAsync(
        string[] arguments, KeyValuePair<string, string>[] variables, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        environment.GiveTo(start);
        foreach (var (name, value) in variables.Append(new("GIT_TERMINAL_PROMPT", "0")).Append(new("GIT_LFS_SKIP_SMUDGE", "1")))
        {
            start.Environment[name] = value;
        }

        Process git;
        try
        {
            git = Process.Start(start)!;
        }
        catch (Win32Exception absent)
        {
            throw new MergeOpsException(Codes.GitFailed, $"It cannot be started: {absent.Message}. Install git.", innerException: absent);
        }

        using (git)
        {
            git.StandardInput.Close();
            try
            {
                var (output, error) = (git.StandardOutput.ReadToEndAsync(cancellation), git.StandardError.ReadToEndAsync(cancellation));
                await git.WaitForExitAsync(cancellation);
                return (git.ExitCode, await output, await error);
            }
            catch (OperationCanceledException)
            {
                git.Kill(entireProcessTree: true);
                throw;
            }
        }
    }
}

/// <summary>A commit of a branch.</summary>
/// <param name="Id">The commit.</param>
/// <param name="Parents">What it stands on, the branch itself first.</param>
/// <param name="Title">The first line of its message; text of its author.</param>
internal sealed record CommitLine(string Id, IReadOnlyList<string> Parents, string Title);

/// <summary>A commit in a folder of its own, which goes with this object.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="git">The repository.</param>
/// <param name="path">The folder.</param>
/// <param name="commit">The commit.</param>
/// <param name="links">The paths of its links.</param>
internal sealed class Worktree(HostEnvironment environment, GitFolder git, string path, string commit, IReadOnlySet<string> links) : IAsyncDisposable
{
    /// <summary>Its files.</summary>
    public Checkout Files { get; } = new(environment, path, links);

    /// <summary>The commit.</summary>
    public string Commit { get; } = commit;

    /// <summary>The paths of files that are not as they are in the commit, new ones too.</summary>
    public async Task<IReadOnlyList<string>> ChangedAsync(CancellationToken cancellation)
    {
        var inside = Files.Git;
        await inside.RequireAsync(["add", "--all", "--intent-to-add"], [], cancellation);
        var names = await inside.RequireAsync(["diff", "--name-only", "--no-renames", "--no-ext-diff", "-z"], [], cancellation);
        return names.Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Whether git keeps a file elsewhere than in the repository, as Git LFS does.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<bool> IsStoredElsewhereAsync(string path, CancellationToken cancellation) =>
        (await Files.Git.RequireAsync(["check-attr", "-z", "filter", "--", path], [], cancellation)).Split('\0') is [_, _, not ("unspecified" or "unset"), ..];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() =>
        await git.RequireAsync(["worktree", "remove", "--force", path], [], CancellationToken.None);
}
