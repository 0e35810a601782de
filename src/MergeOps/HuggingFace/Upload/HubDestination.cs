namespace MergeOps.HuggingFace.Upload;

/// <summary>Where and how a model is published on a Hub.</summary>
/// <param name="Repository">The repository; made, private, when absent.</param>
internal sealed record HubDestination(RepositoryName Repository)
{
    /// <summary>The branch that is committed to when none is named.</summary>
    public const string MainBranch = "main";

    /// <summary>The branch that is committed to; made from the main one when absent.</summary>
    public string Branch { get; init; } = MainBranch;

    /// <summary>Whether people merge it by a pull request; the version's tag is set by a run after that.</summary>
    public bool AsPullRequest { get; init; }

    /// <summary>Whether everybody may see the repository once the version is there and verified.</summary>
    public bool MakePublic { get; init; }
}
