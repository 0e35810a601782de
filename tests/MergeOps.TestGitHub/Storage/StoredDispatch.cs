namespace MergeOps.TestGitHub.Storage;

/// <summary>A run of a workflow that a call started.</summary>
/// <param name="Workflow">The workflow's file.</param>
/// <param name="Branch">The branch it runs for.</param>
/// <param name="Login">Who started it.</param>
internal sealed record StoredDispatch(string Workflow, string Branch, string Login);
