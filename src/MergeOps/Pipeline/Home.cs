namespace MergeOps.Pipeline;

/// <summary>The folder of what this program keeps between runs: <c>$MERGEOPS_HOME</c>, else <c>~/.cache/mergeops</c>.</summary>
internal static class Home
{
    /// <summary>Its absolute path; it need not exist yet.</summary>
    public static string Folder =>
        Environment.GetEnvironmentVariable("MERGEOPS_HOME") is { Length: > 0 } chosen
            ? Path.GetFullPath(chosen)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "mergeops");
}
