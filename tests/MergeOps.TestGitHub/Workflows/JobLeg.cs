using System.Collections;
using MergeOps.TestGitHub.Runner;
using MergeOps.TestGitHub.Storage;
using YamlDotNet.RepresentationModel;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>One job, one of its matrix: it waits for its turn, for people and for a machine, and runs there or calls another workflow.</summary>
/// <param name="scope">The run.</param>
/// <param name="workflow">Its workflow.</param>
/// <param name="job">How it is written.</param>
/// <param name="expression">Its expressions.</param>
/// <param name="contexts">What they see.</param>
/// <param name="caller">What the caller's token may do; null for a workflow that nobody calls.</param>
/// <param name="prefix">What stands before its name.</param>
internal sealed class JobLeg(
    RunScope scope, WorkflowFile workflow, WorkflowJob job, Expression expression, Dictionary<string, object?> contexts, IReadOnlyDictionary<string, string>? caller, string prefix)
{
    private static readonly Dictionary<string, string> None = [];

    private string Name => prefix + (Yaml.Text(job.Node, "name") is { } name ? expression.Fill(name) : job.Name);

    /// <summary>Carries it out; what this runner does not know fails the job, and its log says what.</summary>
    public async Task<JobEnd> RunAsync(CancellationTokenSource outer)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(outer.Token);
        var stored = new StoredJob(scope.Service.NextJob(), Name);
        if (Yaml.Find(job.Node, "uses") is null)
        {
            scope.Run.Jobs.Enqueue(stored);
        }

        JobEnd end;
        try
        {
            using var turn = await Concurrency.EnterAsync(scope, job.Node, expression, cancellation);
            var permissions = JobPermissions.Of(workflow.Root, job.Node, caller, scope.Cause.IsOfFork);
            end = Yaml.Text(job.Node, "uses") is { } called
                ? await CallAsync(called, permissions, cancellation)
                : await OnMachineAsync(stored, permissions, cancellation.Token);
        }
        catch (NotSupportedException unknown)
        {
            stored.Log += $"##[error]this runner does not know {unknown.Message}\n";
            scope.Say(Name, $"this runner does not know {unknown.Message}");
            end = new("failure", None, IsWholeSuccess: false);
        }
        catch (FormatException malformed)
        {
            stored.Log += $"##[error]{malformed.Message}\n";
            scope.Say(Name, malformed.Message);
            end = new("failure", None, IsWholeSuccess: false);
        }
        catch (OperationCanceledException)
        {
            end = new("cancelled", None, IsWholeSuccess: false);
        }

        (stored.Status, stored.Conclusion, stored.WaitsFor) = ("completed", end.Result, null);
        return end;
    }

    private async Task<JobEnd> CallAsync(string called, IReadOnlyDictionary<string, string> permissions, CancellationTokenSource cancellation)
    {
        if (!called.StartsWith("./", StringComparison.Ordinal))
        {
            throw new NotSupportedException($"uses: {called} as a job");
        }

        var file = ActionsService.Read(scope.Cause, called[2..]);
        var declared = file.Root["on"] is YamlMappingNode on && Yaml.Find(on, "workflow_call") is { } call ? call as YamlMappingNode ?? [] : throw new NotSupportedException($"{called}, which has no `workflow_call`");
        var given = Yaml.Texts(job.Node, "with").ToDictionary(pair => pair.Key, pair => expression.Fill(pair.Value), StringComparer.OrdinalIgnoreCase);
        var jobs = new RunJobs(scope, file, CallInputs.Of(declared, given), permissions, Name + " / ");
        var conclusion = await jobs.RunAsync(cancellation);
        return new(conclusion, jobs.Outputs(), conclusion == "success");
    }

    private async Task<JobEnd> OnMachineAsync(StoredJob stored, Dictionary<string, string> permissions, CancellationToken cancellation)
    {
        var environment = Yaml.Find(job.Node, "environment") switch
        {
            null => null,
            YamlMappingNode mapping => expression.Fill(Yaml.Text(mapping, "name")!),
            var name => expression.Fill(Yaml.Scalar(name)),
        };
        if (environment is not null && !await IsApprovedAsync(stored, environment, cancellation))
        {
            stored.Log += $"##[error]The reviewers of the environment {environment} rejected it.\n";
            return new("failure", None, IsWholeSuccess: false);
        }

        var labels = Labels();
        stored.WaitsFor = $"a runner with the labels {string.Join(", ", labels)}";
        if (!scope.Service.Pool.Has(labels))
        {
            scope.Say(Name, $"waits for {stored.WaitsFor}, and no runner has them. GitHub ends such a job after a day.");
        }

        var machine = await scope.Service.Pool.TakeAsync(labels, cancellation);
        try
        {
            (stored.Status, stored.WaitsFor) = ("in_progress", null);
            scope.Say(Name, $"runs on {machine[0]}");
            var (succeeded, outputs) = await Task.Run(() => new JobSteps(scope, workflow, job, stored, contexts, permissions, environment).Run(cancellation), CancellationToken.None);
            var result = succeeded ? "success" : cancellation.IsCancellationRequested ? "cancelled" : "failure";
            scope.Say(Name, result);
            return new(result, outputs, succeeded);
        }
        finally
        {
            scope.Service.Pool.Free(machine);
        }
    }

    private async Task<bool> IsApprovedAsync(StoredJob stored, string environment, CancellationToken cancellation)
    {
        var environments = scope.Cause.Repository.Settings.Environments;
        if (!environments.GetOrAdd(environment, _ => new(environments.Count + 1, HasReviewers: false)).HasReviewers)
        {
            return true;
        }

        (stored.AskedEnvironment, stored.WaitsFor, stored.Status) = (environment, $"the reviewers of the environment {environment}", "waiting");
        scope.Say(Name, $"waits for {stored.WaitsFor}");
        var answer = await stored.Answer.Task.WaitAsync(cancellation);
        stored.Status = "queued";
        return answer;
    }

    private string[] Labels() => Yaml.Find(job.Node, "runs-on") switch
    {
        null => throw new NotSupportedException($"the job {job.Name} without `runs-on`"),
        YamlMappingNode => throw new NotSupportedException("runs-on: with a group"),
        var node => Yaml.Value(node, expression.Value) switch
        {
            string label => [label],
            IList list => [.. list.Cast<object?>().Select(Expression.Text)],
            _ => throw new NotSupportedException("runs-on: that is neither a label nor a list of labels"),
        },
    };
}
