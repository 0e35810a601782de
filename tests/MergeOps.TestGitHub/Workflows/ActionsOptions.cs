namespace MergeOps.TestGitHub.Workflows;

/// <summary>How workflows run here.</summary>
internal sealed record ActionsOptions
{
    /// <summary>The folder of logs, artifacts and tools.</summary>
    public required string Root { get; init; }

    /// <summary>The labels of each runner; one machine like GitHub's own if not told.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Runners { get; init; } = [["ubuntu-24.04", "ubuntu-latest"]];

    /// <summary>What the machines' environment holds besides that of this process; null takes a variable away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Tells people what happens.</summary>
    public Action<string> Say { get; init; } = _ => { };
}
