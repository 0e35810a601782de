using System.Collections.Immutable;

namespace MergeOps.HuggingFace.Reading;

/// <summary>A name for a commit.</summary>
/// <param name="Name">As people write it: <c>main</c>.</param>
/// <param name="Ref">In full: <c>refs/heads/main</c>.</param>
/// <param name="Commit">40 hexadecimal digits.</param>
internal sealed record RepositoryRef(string Name, string Ref, string Commit);

/// <summary>All names of commits of a repository.</summary>
/// <param name="Branches">Branches.</param>
/// <param name="Tags">Tags.</param>
/// <param name="Converts">Revisions that the Hub made by conversion.</param>
/// <param name="PullRequests">Heads of pull requests; empty when they were not asked for.</param>
internal sealed record RepositoryRefs(
    ImmutableArray<RepositoryRef> Branches,
    ImmutableArray<RepositoryRef> Tags,
    ImmutableArray<RepositoryRef> Converts,
    ImmutableArray<RepositoryRef> PullRequests);
