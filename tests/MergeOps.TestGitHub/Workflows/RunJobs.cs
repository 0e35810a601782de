using System.Collections.Concurrent;
using MergeOps.TestGitHub.Runner;
using MergeOps.TestGitHub.Storage;
using YamlDotNet.RepresentationModel;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>How a job ended.</summary>
/// <param name="Result"><c>success</c>, <c>failure</c>, <c>cancelled</c> or <c>skipped</c>.</param>
/// <param name="Outputs">What it hands to others.</param>
/// <param name="IsWholeSuccess">Whether it and all before it succeeded.</param>
internal sealed record JobEnd(string Result, IReadOnlyDictionary<string, string> Outputs, bool IsWholeSuccess);

/// <summary>The jobs of a workflow, or of one that a job calls: each begins when those that it needs are over.</summary>
/// <param name="scope">The run.</param>
/// <param name="workflow">The workflow.</param>
/// <param name="inputs">What a caller gave.</param>
/// <param name="caller">What the caller's token may do; null for a workflow that nobody calls.</param>
/// <param name="prefix">What stands before the names of its jobs.</param>
internal sealed class RunJobs(RunScope scope, WorkflowFile workflow, IReadOnlyDictionary<string, object?> inputs, IReadOnlyDictionary<string, string>? caller, string prefix)
{
    private static readonly string[] WorkflowKeys = ["name", "run-name", "on", "permissions", "concurrency", "jobs", "env"];

    private static readonly string[] JobKeys =
    [
        "name", "needs", "if", "strategy", "concurrency", "runs-on", "environment", "timeout-minutes", "permissions", "outputs", "env", "steps", "uses", "with",
    ];

    private readonly ConcurrentDictionary<string, Lazy<Task<JobEnd>>> ends = new(StringComparer.Ordinal);

    /// <summary>Carries all of them out.</summary>
    /// <param name="cancellation">Ends the run.</param>
    /// <returns>How the whole ended.</returns>
    /// <exception cref="NotSupportedException">The workflow says something that is not known here.</exception>
    public async Task<string> RunAsync(CancellationTokenSource cancellation)
    {
        Yaml.Refuse(workflow.Root, WorkflowKeys, "a workflow");
        var jobs = workflow.Jobs.ToDictionary(job => job.Name);
        foreach (var job in jobs.Values)
        {
            Yaml.Refuse(job.Node, JobKeys, $"the job {job.Name}");
            ends[job.Name] = new(() => EndAsync(job, cancellation));
        }

        var contexts = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["github"] = scope.GitHub(), ["inputs"] = inputs, ["vars"] = scope.Variables() };
        using var turn = await Concurrency.EnterAsync(scope, workflow.Root, new Expression(contexts, new Dictionary<string, Func<object?>>()), cancellation);
        var all = await Task.WhenAll(ends.Values.Select(end => end.Value));
        return Whole(all.Select(end => end.Result), cancellation.Token);
    }

    /// <summary>What the caller of the workflow gets.</summary>
    public IReadOnlyDictionary<string, string> Outputs()
    {
        var call = workflow.Root["on"] is YamlMappingNode on && Yaml.Find(on, "workflow_call") is YamlMappingNode called ? called : new YamlMappingNode();
        var jobs = ends.ToDictionary(end => end.Key, end => (object?)new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["outputs"] = AsContext(end.Value.Value.Result.Outputs) }, StringComparer.OrdinalIgnoreCase);
        var expression = new Expression(new Dictionary<string, object?> { ["jobs"] = jobs }, new Dictionary<string, Func<object?>>());
        return Yaml.Children(call, "outputs").ToDictionary(output => output.Key, output => expression.Fill(Yaml.Text((YamlMappingNode)output.Value, "value") ?? ""));
    }

    private async Task<JobEnd> EndAsync(WorkflowJob job, CancellationTokenSource cancellation)
    {
        // none begins before all are known
        await Task.Yield();
        var needed = new Dictionary<string, JobEnd>();
        foreach (var name in Yaml.List(Yaml.Find(job.Node, "needs")))
        {
            needed[name] = await (ends.TryGetValue(name, out var end) ? end.Value : throw new NotSupportedException($"the job '{name}' that {job.Name} needs"));
        }

        var isGood = needed.Values.All(end => end.IsWholeSuccess);
        var contexts = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["github"] = scope.GitHub(),
            ["inputs"] = inputs,
            ["vars"] = scope.Variables(),
            ["needs"] = needed.ToDictionary(
                pair => pair.Key,
                pair => (object?)new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["result"] = pair.Value.Result, ["outputs"] = AsContext(pair.Value.Outputs) },
                StringComparer.OrdinalIgnoreCase),
        };
        var status = new Dictionary<string, Func<object?>>(StringComparer.OrdinalIgnoreCase)
        {
            ["success"] = () => isGood && !cancellation.IsCancellationRequested,
            ["failure"] = () => needed.Values.Any(end => end.Result == "failure"),
            ["always"] = () => true,
            ["cancelled"] = () => cancellation.IsCancellationRequested,
        };
        var expression = new Expression(contexts, status);
        if (!expression.Holds(Yaml.Text(job.Node, "if")))
        {
            scope.Run.Jobs.Enqueue(new StoredJob(scope.Service.NextJob(), prefix + job.Name) { Status = "completed", Conclusion = "skipped" });
            return new("skipped", new Dictionary<string, string>(), IsWholeSuccess: false);
        }

        return await LegsAsync(job, contexts, status, expression, isGood, cancellation);
    }

    private async Task<JobEnd> LegsAsync(
        WorkflowJob job, Dictionary<string, object?> contexts, Dictionary<string, Func<object?>> status, Expression expression, bool isGood, CancellationTokenSource cancellation)
    {
        var matrix = Matrix.Of(job.Node, expression);
        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellation.Token);
        var legs = matrix.Select(async (values, index) =>
        {
            var own = new Dictionary<string, object?>(contexts, StringComparer.OrdinalIgnoreCase)
            {
                ["matrix"] = values,
                ["strategy"] = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["job-index"] = (double)index, ["job-total"] = (double)matrix.Count },
            };
            var end = await new JobLeg(scope, workflow, job, new(own, status), own, caller, prefix).RunAsync(siblings);
            if (end.Result == "failure" && Matrix.FailsFast(job.Node) && matrix.Count > 1)
            {
                await siblings.CancelAsync();
            }

            return end;
        });
        var all = await Task.WhenAll(legs);
        var outputs = all.SelectMany(end => end.Outputs).Where(output => output.Value.Length > 0).GroupBy(output => output.Key).ToDictionary(group => group.Key, group => group.Last().Value);
        var result = Whole(all.Select(end => end.Result), cancellation.Token);
        return new(result, outputs, isGood && result == "success");
    }

    private static string Whole(IEnumerable<string> results, CancellationToken cancellation)
    {
        var all = results.ToList();
        return all.Contains("failure") ? "failure"
            : all.Contains("cancelled") || cancellation.IsCancellationRequested ? "cancelled"
            : all.Count > 0 && all.TrueForAll(result => result == "skipped") ? "skipped" : "success";
    }

    private static Dictionary<string, object?> AsContext(IReadOnlyDictionary<string, string> values) =>
        values.ToDictionary(pair => pair.Key, pair => (object?)pair.Value, StringComparer.OrdinalIgnoreCase);
}
