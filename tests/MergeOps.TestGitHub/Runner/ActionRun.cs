namespace MergeOps.TestGitHub.Runner;

/// <summary>How an action ended.</summary>
/// <param name="Succeeded">Whether no step failed.</param>
/// <param name="Outputs">Its outputs; those that are empty are there, too.</param>
/// <param name="Uses">The other actions that it called; none of them was carried out.</param>
/// <param name="Exported">The variables that its steps set for the rest of the job.</param>
/// <param name="Paths">The folders that its steps put before <c>PATH</c>, for the rest of the job.</param>
/// <param name="Summary">What its steps wrote for the page of the run.</param>
/// <param name="Log">What was printed.</param>
internal sealed record ActionRun(
    bool Succeeded,
    IReadOnlyDictionary<string, string> Outputs,
    IReadOnlyList<string> Uses,
    IReadOnlyDictionary<string, string> Exported,
    IReadOnlyList<string> Paths,
    string Summary,
    RunnerLog Log)
{
    /// <summary>The errors that people see.</summary>
    public IEnumerable<string> Errors => Log.Commands.Where(command => command.Name == "error").Select(command => command.Data);

    /// <summary>Everything, for the message of a failed test.</summary>
    public override string ToString() => $"{(Succeeded ? "succeeded" : "failed")}\n{string.Join('\n', Outputs.Select(output => $"{output.Key}={output.Value}"))}\n{Log.Text}";
}
