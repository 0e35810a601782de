namespace MergeOps.TestGitHub.Runner;

/// <summary>An action that a step calls.</summary>
/// <param name="Step">The step.</param>
/// <param name="With">What it is given, filled.</param>
/// <param name="Variables">The step's own variables, filled.</param>
internal sealed record StepCall(ActionStep Step, IReadOnlyDictionary<string, string> With, IReadOnlyDictionary<string, string?> Variables);

/// <summary>Carries steps out one after the other, as the runner does for a job and for a composite action in it.</summary>
/// <param name="machine">Where.</param>
/// <param name="progress">The job.</param>
/// <param name="contexts">What expressions see besides <c>steps</c>, <c>env</c> and <c>runner</c>.</param>
/// <param name="inherited">Variables that the caller's step gives to all of these.</param>
internal sealed class StepSequence(Machine machine, JobProgress progress, IReadOnlyDictionary<string, object?> contexts, IReadOnlyDictionary<string, string?> inherited)
{
    private readonly Dictionary<string, object?> steps = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether no step failed.</summary>
    public bool Succeeded { get; private set; } = true;

    /// <summary>Carries out an action: whether it succeeded, and its outputs.</summary>
    public required Func<StepCall, (bool Succeeded, IReadOnlyDictionary<string, string> Outputs)> Use { get; init; }

    /// <summary>What tells people that a step begins.</summary>
    public Action<ActionStep>? Begins { get; init; }

    /// <summary>Runs them all; those whose condition does not hold are left out.</summary>
    public void Run(IEnumerable<ActionStep> all)
    {
        foreach (var step in all)
        {
            var filled = ExpressionFor([]);
            var own = new Dictionary<string, string?>(inherited);
            foreach (var (name, value) in step.Environment)
            {
                own[name] = filled.Fill(value);
            }

            var expression = ExpressionFor(own);
            if (!expression.Holds(step.If))
            {
                Remember(step, "skipped", "skipped", new Dictionary<string, string>());
                continue;
            }

            Begins?.Invoke(step);
            var (succeeded, outputs) = Carry(step, expression, own);
            var outcome = succeeded ? "success" : progress.Cancellation.IsCancellationRequested ? "cancelled" : "failure";
            Succeeded &= succeeded || step.ContinuesOnError;
            Remember(step, outcome, step.ContinuesOnError ? "success" : outcome, outputs);
        }
    }

    /// <summary>A text with the values of its expressions, as it is after the steps.</summary>
    public string Fill(string text) => ExpressionFor([]).Fill(text);

    private (bool Succeeded, IReadOnlyDictionary<string, string> Outputs) Carry(ActionStep step, Expression expression, Dictionary<string, string?> own) =>
        step switch
        {
            { Uses: not null, Run: null } => Use(new(step, step.With.ToDictionary(pair => pair.Key, pair => expression.Fill(pair.Value), StringComparer.OrdinalIgnoreCase), own)),
            { Run: { } script, Uses: null } => Script.Run(machine, progress, expression.Fill(script), step.Shell, Path.Combine(machine.Workspace, expression.Fill(step.Folder ?? "")), own),
            _ => throw new NotSupportedException($"the step '{step.Title}', which has not either `uses` or `run`"),
        };

    private void Remember(ActionStep step, string outcome, string conclusion, IReadOnlyDictionary<string, string> outputs)
    {
        if (step.Id is { } id)
        {
            steps[id] = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
            {
                ["outputs"] = outputs.ToDictionary(output => output.Key, output => (object?)output.Value, StringComparer.OrdinalIgnoreCase),
                ["outcome"] = outcome,
                ["conclusion"] = conclusion,
            };
        }
    }

    private Expression ExpressionFor(Dictionary<string, string?> own) => new(
        new Dictionary<string, object?>(contexts, StringComparer.OrdinalIgnoreCase)
        {
            ["steps"] = steps,
            ["env"] = progress.Context(inherited.Concat(own)),
            ["runner"] = machine.Context,
        },
        new Dictionary<string, Func<object?>>(StringComparer.OrdinalIgnoreCase)
        {
            ["success"] = () => Succeeded && !progress.Cancellation.IsCancellationRequested,
            ["failure"] = () => !Succeeded && !progress.Cancellation.IsCancellationRequested,
            ["always"] = () => true,
            ["cancelled"] = () => progress.Cancellation.IsCancellationRequested,
        });
}
