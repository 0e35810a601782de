namespace MergeOps.GitHub.Client;

/// <summary>A file that a pull request changes.</summary>
/// <param name="Path">Where it is at the head, with <c>/</c>; text of the pull request's author.</param>
/// <param name="PreviousPath">Where it was before it was renamed; else null.</param>
/// <param name="Status"><c>added</c>, <c>removed</c>, <c>modified</c>, <c>renamed</c>, <c>copied</c>, <c>changed</c> or <c>unchanged</c>.</param>
internal sealed record ChangedFile(string Path, string? PreviousPath, string Status);
