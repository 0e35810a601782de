namespace MergeOps.TestGitHub.Runner;

/// <summary>What the steps of a job, and those of the actions in it, leave behind for later ones.</summary>
internal sealed class JobProgress
{
    /// <summary>The job's variables, those of its steps not counted; null takes one of the machine's away.</summary>
    public Dictionary<string, string?> Variables { get; init; } = [];

    /// <summary>The variables that steps set for the rest of the job.</summary>
    public Dictionary<string, string> Exported { get; } = [];

    /// <summary>The folders that steps put before <c>PATH</c>.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>What steps wrote for the page of the run.</summary>
    public string Summary { get; set; } = "";

    /// <summary>What was printed.</summary>
    public RunnerLog Log { get; init; } = new();

    /// <summary>Whether somebody ended the run.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The context <c>env</c> of a step.</summary>
    public Dictionary<string, object?> Context(IEnumerable<KeyValuePair<string, string?>> own)
    {
        var all = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Variables.Concat(Exported.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Concat(own))
        {
            all[name] = value;
        }

        return all;
    }
}
