namespace MergeOps.TestGitHub.Runner;

/// <summary>
/// Carries the steps of a composite action out as GitHub's runner does: each script in a bash of its own, values handed
/// over through files, expressions evaluated before the shell sees anything.
/// </summary>
/// <param name="action">The folder with <c>action.yml</c>.</param>
/// <param name="workspace">The checkout in which the steps start.</param>
/// <param name="temporary">The runner's folder for the job.</param>
internal sealed class ActionRunner(string action, string workspace, string temporary)
{
    private const string ExampleToken = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>Where the runner keeps tools from job to job.</summary>
    public string ToolCache { get; init; } = Path.Combine(temporary, "tools");

    /// <summary>What the job's environment holds besides; null takes a variable away.</summary>
    public Dictionary<string, string?> Environment { get; init; } = [];

    /// <summary>Runs the action in a job of its own. Other actions that it calls are named in the result and not carried out.</summary>
    /// <param name="inputs">What stands under <c>with:</c>.</param>
    public ActionRun Run(params IEnumerable<(string Name, string Value)> inputs)
    {
        var uses = new List<string>();
        var progress = new JobProgress { Variables = Environment };
        progress.Log.Mask(ExampleToken);
        var (succeeded, outputs) = Run(
            new Machine(workspace, temporary, ToolCache),
            progress,
            new Dictionary<string, object?> { ["token"] = ExampleToken, ["workspace"] = workspace },
            inputs.ToDictionary(input => input.Name, input => input.Value),
            new Dictionary<string, string?>(),
            call =>
            {
                uses.Add(call.Step.Uses!);
                return (true, new Dictionary<string, string>());
            });
        return new(succeeded, outputs, uses, progress.Exported, progress.Paths, progress.Summary, progress.Log);
    }

    /// <summary>Runs the action as a step of a job.</summary>
    /// <param name="machine">Where.</param>
    /// <param name="progress">The job.</param>
    /// <param name="github">The context <c>github</c>.</param>
    /// <param name="inputs">What stands under <c>with:</c>, filled.</param>
    /// <param name="variables">The variables of the step.</param>
    /// <param name="use">Carries out the actions that it calls.</param>
    public (bool Succeeded, IReadOnlyDictionary<string, string> Outputs) Run(
        Machine machine,
        JobProgress progress,
        IReadOnlyDictionary<string, object?> github,
        IReadOnlyDictionary<string, string> inputs,
        IReadOnlyDictionary<string, string?> variables,
        Func<StepCall, (bool Succeeded, IReadOnlyDictionary<string, string> Outputs)> use)
    {
        var composite = CompositeAction.Read(Path.Combine(action, "action.yml"));
        var given = composite.Inputs.ToDictionary(input => input.Key, input => (object?)input.Value, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in inputs)
        {
            given[name] = given.ContainsKey(name) ? value : throw new NotSupportedException($"the input '{name}' of the action {action}");
        }

        var own = new Dictionary<string, string?>(variables) { ["GITHUB_ACTION_PATH"] = action };
        var contexts = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["inputs"] = given,
            ["github"] = new Dictionary<string, object?>(github) { ["action_path"] = action },
        };
        var sequence = new StepSequence(machine, progress, contexts, own) { Use = use };
        sequence.Run(composite.Steps);
        return (sequence.Succeeded, composite.Outputs.ToDictionary(output => output.Key, output => sequence.Fill(output.Value)));
    }
}
