namespace MergeOps.TestGitHub.Runner;

/// <summary>Where a job runs.</summary>
/// <param name="Workspace">The checkout in which the steps start.</param>
/// <param name="Temporary">The runner's folder for the job.</param>
/// <param name="ToolCache">Where the runner keeps tools from job to job.</param>
internal sealed record Machine(string Workspace, string Temporary, string ToolCache)
{
    /// <summary>What the machine's own environment holds besides that of this process; null takes a variable away.</summary>
    public IReadOnlyDictionary<string, string?> Given { get; init; } = new Dictionary<string, string?>();

    /// <summary>The system as the runner calls it.</summary>
    public static string SystemName => OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : "Linux";

    /// <summary>What runs scripts: on Windows the one that comes with git, as on GitHub's machines; another one of that name belongs to a virtual Linux.</summary>
    public static string Bash => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "Git", "bin", "bash.exe")
        : "bash";

    /// <summary>The context <c>runner</c>.</summary>
    public Dictionary<string, object?> Context => new(StringComparer.OrdinalIgnoreCase)
    {
        ["temp"] = Temporary,
        ["os"] = SystemName,
        ["arch"] = "X64",
        ["tool_cache"] = ToolCache,
    };

    /// <summary>The variables that every step sees.</summary>
    public Dictionary<string, string?> Variables => new(Given)
    {
        ["GITHUB_ACTIONS"] = "true",
        ["CI"] = "true",
        ["GITHUB_WORKSPACE"] = Workspace,
        ["RUNNER_TEMP"] = Temporary,
        ["RUNNER_TOOL_CACHE"] = ToolCache,
        ["RUNNER_OS"] = SystemName,
        ["RUNNER_ARCH"] = "X64",
    };
}
