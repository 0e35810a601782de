using System.Text;
using MergeOps.TestGitHub.Events;
using MergeOps.TestGitHub.Runner;
using MergeOps.TestGitHub.Storage;
using YamlDotNet.RepresentationModel;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>Starts the workflows of a server's repositories when something happens, and carries them out on this machine.</summary>
internal sealed class ActionsService : IAsyncDisposable
{
    private const string Folder = ".github/workflows";
    private const int MostRunsInARow = 3;

    private readonly CancellationTokenSource end = new();
    private readonly Lock gate = new();
    private readonly List<Task> running = [];
    private long lastRun;
    private long lastJob;

    /// <summary>Begins to listen.</summary>
    public ActionsService(TestGitHubServer server, ActionsOptions options)
    {
        (Server, Options, Pool) = (server, options, new RunnerPool(options.Runners));
        Directory.CreateDirectory(options.Root);
        server.Listener = Hear;
    }

    /// <summary>GitHub.</summary>
    public TestGitHubServer Server { get; }

    /// <summary>How workflows run here.</summary>
    public ActionsOptions Options { get; }

    /// <summary>The machines.</summary>
    public RunnerPool Pool { get; }

    /// <summary>What runs one at a time.</summary>
    public ConcurrencyGroups Groups { get; } = new();

    /// <summary>A number for a job.</summary>
    public long NextJob() => Interlocked.Increment(ref lastJob);

    /// <summary>Starts what an event starts.</summary>
    public void Hear(GitHubEvent happened)
    {
        foreach (var path in happened.Repository.Git.Paths(happened.Sha, Folder + "/").Where(path => path.EndsWith(".yml", StringComparison.Ordinal) || path.EndsWith(".yaml", StringComparison.Ordinal)))
        {
            if (happened.File is { } only && only != path)
            {
                continue;
            }

            try
            {
                var workflow = Read(happened, path);
                if (Triggers.Starts(workflow, happened))
                {
                    Start(happened, path, workflow);
                }
            }
            catch (NotSupportedException unknown)
            {
                Options.Say($"{path} at {happened.Sha[..7]} starts nothing, because this runner does not know {unknown.Message}");
            }
        }
    }

    /// <summary>A workflow's file at the commit of an event.</summary>
    /// <exception cref="NotSupportedException">It is not there, or no workflow.</exception>
    public static WorkflowFile Read(GitHubEvent happened, string path) => happened.Repository.Git.File(happened.Sha, path) is { } bytes
        ? WorkflowFile.Parse(Encoding.UTF8.GetString(bytes))
        : throw new NotSupportedException($"a workflow {path}, which is not at {happened.Sha}");

    /// <summary>Waits until nothing runs any more that does not wait for people or for a machine.</summary>
    public async ValueTask DisposeAsync()
    {
        Server.Listener = null;
        await end.CancelAsync();
        Task[] all;
        lock (gate)
        {
            all = [.. running];
        }

        await Task.WhenAll(all);
        end.Dispose();
    }

    private void Start(GitHubEvent happened, string path, WorkflowFile workflow)
    {
        var run = new StoredRun(Interlocked.Increment(ref lastRun), path, Yaml.Text(workflow.Root, "name") ?? path, happened);
        happened.Repository.Runs.Enqueue(run);
        lock (gate)
        {
            running.RemoveAll(task => task.IsCompleted);
            running.Add(Task.Run(() => CarryOutAsync(run, workflow)));
        }
    }

    private async Task CarryOutAsync(StoredRun run, WorkflowFile workflow)
    {
        Options.Say($"{run.Workflow} #{run.Id}: started by {run.Cause.Name}{(run.Cause.Action is { } action ? $" ({action})" : "")} of {run.Cause.Actor} in {run.Cause.Repository.FullName}");
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
        var conclusion = "failure";
        try
        {
            var jobs = new RunJobs(new RunScope(this, run), workflow, InputsOf(run.Cause, workflow), null, "");
            conclusion = await jobs.RunAsync(cancellation);
        }
        catch (NotSupportedException unknown)
        {
            Options.Say($"{run.Workflow} #{run.Id}: this runner does not know {unknown.Message}");
        }
        catch (OperationCanceledException)
        {
            conclusion = "cancelled";
        }
        finally
        {
            Finish(run, conclusion);
        }
    }

    private static Dictionary<string, object?> InputsOf(GitHubEvent happened, WorkflowFile workflow)
    {
        if (workflow.Root["on"] is not YamlMappingNode on || Yaml.Find(on, "workflow_dispatch") is not YamlMappingNode declared || happened.Name != "workflow_dispatch")
        {
            return [];
        }

        var given = happened.Payload["inputs"]?.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value?.ToString() ?? "") ?? [];
        return CallInputs.Of(declared, given);
    }

    private void Finish(StoredRun run, string conclusion)
    {
        Options.Say($"{run.Workflow} #{run.Id}: {conclusion}");
        if (run.Cause.Depth < MostRunsInARow && !end.IsCancellationRequested)
        {
            Hear(Payloads.FinishedRun(run.Cause, run.Id, run.Workflow, conclusion));
        }

        run.End(conclusion);
    }
}
