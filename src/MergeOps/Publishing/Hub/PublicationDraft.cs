using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Upload;

namespace MergeOps.Publishing.Hub;

/// <summary>What a publication to a Hub will do, decided before anything is changed.</summary>
/// <param name="Version">The version.</param>
/// <param name="State">The repository as it is.</param>
/// <param name="Sources">Where the bytes lie; null when the version is there already.</param>
/// <param name="Change">What changes in the repository; null when the version is there already.</param>
/// <param name="BecomesPublic">Whether everybody may see the repository at the end.</param>
internal sealed record PublicationDraft(
    PublicationVersion Version, RepositoryState State, PublicationSources? Sources, RepositoryChange? Change, bool BecomesPublic)
{
    /// <summary>What the user should know of the signature of a version that is there already.</summary>
    public ImmutableArray<Diagnostic> Unsigned { get; init; } = [];
}
