using MergeOps.Diagnostics;

namespace MergeOps.HuggingFace;

/// <summary>What a request is about, for messages.</summary>
/// <param name="Repository">The repository; null for requests about none.</param>
/// <param name="Revision">A branch, tag or commit of it.</param>
/// <param name="File">A file of that revision.</param>
internal sealed record HubSubject(RepositoryName? Repository = null, string? Revision = null, string? File = null)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var repository = Repository is null ? "the Hub" : $"'{Repository}'";
        var revision = Revision is null ? "" : $" at {TerminalText.Quoted(Revision)}";
        return File is null ? repository + revision : $"{TerminalText.Quoted(File)} of {repository}{revision}";
    }
}
