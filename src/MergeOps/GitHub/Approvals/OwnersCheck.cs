using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Forges;

namespace MergeOps.GitHub.Approvals;

/// <summary>Whether the owners of what a pull request changes approve it, by the CODEOWNERS file of the branch that it goes into.</summary>
/// <param name="repository">The repository.</param>
/// <param name="pulls">Its pull requests.</param>
/// <param name="members">Who is in a team.</param>
/// <param name="reviews">Finds who approves.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class OwnersCheck(IRemoteRepository repository, IPullRequests pulls, IMembers members, ApprovingReviews reviews, CancellationToken cancellation)
{
    /// <summary>Why the owners' approval is missing, in a sentence; null when it is there.</summary>
    /// <exception cref="MergeOpsException">GitHub cannot be asked, or does not tell who is in a team.</exception>
    public async Task<string?> MissingAsync(PullRequestInfo pull)
    {
        if (await FindAsync(pull.BaseRef) is not { } owners)
        {
            return $"'{TerminalText.Escape(pull.BaseRef)}' has no CODEOWNERS file, which `requires: [code_owners]` needs. Write one, or leave the requirement out of .github/mergeops.yml.";
        }

        var approving = await reviews.OfWritersAsync(pull);
        var files = await pulls.PullFilesAsync(pull.Number, cancellation);
        var approved = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in files.SelectMany(file => new[] { file.Path, file.PreviousPath }).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var ofPath = owners.Of(path);
            if (!ofPath.IsEmpty && !await AnyAsync(ofPath, approving, approved))
            {
                return $"None of the owners of {TerminalText.Quoted(path)} ({string.Join(", ", ofPath.Select(owner => TerminalText.Escape(owner)))}) has approved the newest commit {pull.HeadSha[..12]} of pull request {pull.Number}.{(ofPath.Any(owner => owner.Contains('/')) ? " Who is in a team is shown only to a token of a GitHub App with the permission 'members: read'." : "")}";
            }
        }

        return null;
    }

    private async Task<CodeOwners?> FindAsync(string branch)
    {
        foreach (var path in CodeOwners.Paths)
        {
            if (await repository.FileAsync(path, branch, cancellation) is { } bytes)
            {
                return CodeOwners.Read(Encoding.UTF8.GetString(bytes));
            }
        }

        return null;
    }

    private async Task<bool> AnyAsync(ImmutableArray<string> owners, IReadOnlyList<string> approving, Dictionary<string, bool> approved)
    {
        foreach (var owner in owners)
        {
            if (!approved.TryGetValue(owner, out var isApproving))
            {
                approved[owner] = isApproving = await IsApprovingAsync(owner, approving);
            }

            if (isApproving)
            {
                return true;
            }
        }

        return false;
    }

    // an owner that is written as an address cannot be compared with a login
    private async Task<bool> IsApprovingAsync(string owner, IReadOnlyList<string> approving)
    {
        if (!owner.StartsWith('@'))
        {
            return false;
        }

        if (owner[1..].Split('/') is not [var organization, var team])
        {
            return approving.Contains(owner[1..], StringComparer.OrdinalIgnoreCase);
        }

        foreach (var login in approving)
        {
            if (await members.IsInTeamAsync(organization, team, login, cancellation))
            {
                return true;
            }
        }

        return false;
    }
}
