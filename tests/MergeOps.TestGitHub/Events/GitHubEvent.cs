using System.Text.Json.Nodes;
using MergeOps.TestGitHub.Storage;

namespace MergeOps.TestGitHub.Events;

/// <summary>Something that starts workflows.</summary>
internal sealed record GitHubEvent
{
    /// <summary>Where it happened.</summary>
    public required TestRepository Repository { get; init; }

    /// <summary>What workflows call it, such as <c>pull_request</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its type, such as <c>opened</c>; null for an event without types.</summary>
    public string? Action { get; init; }

    /// <summary>What GitHub tells of it.</summary>
    public required JsonObject Payload { get; init; }

    /// <summary><c>GITHUB_REF</c>.</summary>
    public required string Reference { get; init; }

    /// <summary><c>GITHUB_SHA</c>; the workflow files are those of this commit.</summary>
    public required string Sha { get; init; }

    /// <summary>Who did it.</summary>
    public required string Actor { get; init; }

    /// <summary>The commit that people think of: of a pull request its head, and not its trial merge.</summary>
    public string HeadSha { get; init; } = "";

    /// <summary>The branch of that commit.</summary>
    public string HeadBranch { get; init; } = "";

    /// <summary>The branch that a pull request goes into; null for other events.</summary>
    public string? BaseBranch { get; init; }

    /// <summary>The repository of a pull request's head.</summary>
    public required string HeadRepository { get; init; }

    /// <summary>What changed, for filters by path; null where such filters do not apply.</summary>
    public IReadOnlyList<string>? ChangedPaths { get; init; }

    /// <summary>The one workflow that it is for; null for all.</summary>
    public string? File { get; init; }

    /// <summary>How many runs in a row led to this one; GitHub ends at three.</summary>
    public int Depth { get; init; }

    /// <summary>Whether a stranger's files are looked at: no secrets, and a token that reads.</summary>
    public bool IsOfFork => HeadRepository != Repository.FullName;
}
