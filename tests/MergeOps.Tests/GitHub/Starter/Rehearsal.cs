using System.Diagnostics;
using MergeOps.TestGitHub;
using MergeOps.TestGitHub.Runner;
using MergeOps.TestGitHub.Storage;
using MergeOps.TestGitHub.Workflows;
using MergeOps.Tests.Cli;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.GitHub.Starter;

/// <summary>A newcomer with a GitHub, a Hub and one runner on this machine, and one bash in which what is defined once stays.</summary>
internal sealed class Rehearsal : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> said = [];
    private readonly HubUser user;
    private readonly ActionsService actions;
    private readonly Process bash;

    private Rehearsal(HubUser user, TestGitHubServer github, string root)
    {
        (this.user, GitHub) = (user, github);
        foreach (var (name, seed) in new[] { ("org/base", 0), ("org/one", 1), ("org/two", 2) })
        {
            user.Hub.AddSmallModel(name, seed: seed);
        }

        var program = folder.Write("bin/mergeops", System.Text.Encoding.UTF8.GetBytes($"#!/usr/bin/env bash\nexec '{ChildProcess.Program.Replace('\\', '/')}' \"$@\"\n"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute);
        }

        actions = new ActionsService(github, new ActionsOptions
        {
            Root = root,
            Environment = new Dictionary<string, string?>(user.Environment.Variables.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))) { ["MERGEOPS_PATH"] = program },
            Say = line =>
            {
                lock (said)
                {
                    said.Add(line);
                }
            },
        });
        user.Set("HF_TOKEN", user.Hub.Token);
        var start = new ProcessStartInfo(Machine.Bash, ["--noprofile", "--norc"])
        {
            WorkingDirectory = PutAction(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        user.Environment.GiveTo(start);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["PATH"] = $"{folder["bin"]}{Path.PathSeparator}{System.Environment.GetEnvironmentVariable("PATH")}",
            ["GITHUB_SERVER_URL"] = github.Root.AbsoluteUri.TrimEnd('/'),
            ["GITHUB_API_URL"] = github.Api.AbsoluteUri.TrimEnd('/'),
            ["GITHUB_TOKEN"] = github.AddToken("acme").Value,
            ["GIT_CONFIG_GLOBAL"] = OperatingSystem.IsWindows() ? "NUL" : "/dev/null",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_AUTHOR_NAME"] = "acme",
            ["GIT_AUTHOR_EMAIL"] = "acme@users.noreply.example",
            ["GIT_COMMITTER_NAME"] = "acme",
            ["GIT_COMMITTER_EMAIL"] = "acme@users.noreply.example",
        })
        {
            start.Environment[name] = value;
        }

        bash = Process.Start(start)!;
        bash.StandardInput.NewLine = "\n";
        bash.StandardInput.AutoFlush = true;
    }

    /// <summary>GitHub.</summary>
    public TestGitHubServer GitHub { get; }

    /// <summary>The Hub.</summary>
    public MergeOps.TestHub.TestHubServer Hub => user.Hub;

    /// <summary>The repository with recipes.</summary>
    public TestRepository Merges => GitHub.Find("acme", "merges")!;

    /// <summary>What this GitHub told so far.</summary>
    public string Said
    {
        get
        {
            lock (said)
            {
                return string.Join('\n', said);
            }
        }
    }

    /// <summary>The first program that is missing on this machine; null when all are there.</summary>
    public static string? Missing => new[] { "git --version", "git http-backend", "curl --version", "jq --version" }.FirstOrDefault(command =>
    {
        try
        {
            // the backend is there where it complains that nobody asks it anything
            using var found = Process.Start(new ProcessStartInfo(Machine.Bash, ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = found.StandardError.ReadToEndAsync();
            found.StandardOutput.ReadToEnd();
            found.WaitForExit();
            return found.ExitCode == 127 || error.Result.Contains("is not a git command", StringComparison.Ordinal);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return true;
        }
    });

    /// <summary>Starts everything.</summary>
    public static async Task<Rehearsal> StartAsync()
    {
        var root = Directory.CreateTempSubdirectory("mergeops-rehearsal-").FullName;
        return new(await HubUser.StartAsync(), await TestGitHubServer.StartAsync(root, 0, TestContext.Current.CancellationToken), root);
    }

    /// <summary>Types commands of a page; each must succeed.</summary>
    /// <returns>What they printed.</returns>
    public async Task<string> TypeAsync(string commands)
    {
        var end = $"end-{Guid.NewGuid():N}";
        var text = commands.Replace("../rehearsal/merges", $"'{folder["merges"].Replace('\\', '/')}'", StringComparison.Ordinal);
        var failed = $"failed{end}";

        // every line of its own must succeed; loops and functions are one
        await bash.StandardInput.WriteLineAsync($"set -o pipefail; trap 'echo {failed} \"$BASH_COMMAND\"' ERR; {{\n{text}\n}} < /dev/null 2>&1; trap - ERR; echo; echo {end}");
        var lines = new List<string>();
        while (await bash.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != end)
        {
            lines.Add(line);
        }

        var output = string.Join('\n', lines);
        Assert.False(output.Contains(failed, StringComparison.Ordinal), $"{commands}\n{output}");
        return output;
    }

    /// <summary>Waits for the next run of a workflow that is over.</summary>
    /// <param name="workflow">Its name.</param>
    /// <param name="number">Which of its runs, from 1.</param>
    public async Task<StoredRun> EndOfAsync(string workflow, int number = 1)
    {
        var run = await FindAsync(() => Merges.Runs.Where(one => one.Workflow == workflow).Skip(number - 1).FirstOrDefault());
        await run.Ended;
        return run;
    }

    /// <summary>Waits for a job that asks its reviewers.</summary>
    public Task<StoredJob> QuestionAsync(string workflow) =>
        FindAsync(() => Merges.Runs.Where(run => run.Workflow == workflow).SelectMany(run => run.Jobs).FirstOrDefault(job => job.Status == "waiting"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        bash.StandardInput.Close();
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        bash.Dispose();
        await actions.DisposeAsync();
        await GitHub.DisposeAsync();
        await user.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(actions.Options.Root, "*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)))
        {
            // git protects its objects, and Windows deletes no protected file
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(actions.Options.Root, recursive: true);
        folder.Dispose();
    }

    private static async Task<T> FindAsync<T>(Func<T?> find)
        where T : class
    {
        while (true)
        {
            if (find() is { } found)
            {
                return found;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    // a checkout of what the action consists of; the tool itself is on the machine
    private string PutAction()
    {
        Directory.CreateDirectory(folder["action/build/action"]);
        File.Copy(Path.Combine(Repository.Root, "action.yml"), folder["action/action.yml"]);
        foreach (var script in Directory.EnumerateFiles(Path.Combine(Repository.Root, "build/action")))
        {
            File.Copy(script, folder[$"action/build/action/{Path.GetFileName(script)}"]);
        }

        return folder["action"];
    }
}
