namespace MergeOps.Hub;

/// <summary>The user's folder for what can be made again: digests of files, scores, natives, unfinished runs.</summary>
internal static class MergeOpsHome
{
    /// <summary><c>$MERGEOPS_HOME</c>, else <c>~/.cache/mergeops</c>.</summary>
    public static string Folder =>
        Environment.GetEnvironmentVariable("MERGEOPS_HOME") is { Length: > 0 } named
            ? Path.GetFullPath(named)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "mergeops");
}
