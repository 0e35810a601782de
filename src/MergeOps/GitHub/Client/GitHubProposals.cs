using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using Octokit;

namespace MergeOps.GitHub.Client;

/// <summary>
/// Proposes changes. A branch that only we committed to is set anew onto its base, so that it never conflicts; commits of
/// other people on it are kept, and ours is added to them.
/// </summary>
internal sealed class GitHubProposals(GitHubConnection connection, GitHubRepository repository)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly RepositorySlug slug = repository.Slug;

    // what was uploaded: trees are made to look and once more to commit
    private readonly Dictionary<byte[], string> blobs = [];

    /// <summary>Proposes a change.</summary>
    public async Task<Proposal> ProposeAsync(ProposedChange change, CancellationToken cancellation)
    {
        var target = await TipAsync(change.BaseRef, cancellation)
            ?? throw new MergeOpsException(Codes.GitHubGone, $"{slug} has no branch {TerminalText.Quoted(change.BaseRef)}.");
        if (await TipAsync(change.Branch, cancellation) is not { } tip)
        {
            if (await CommitOntoAsync(target, change, cancellation) is not { } first)
            {
                return new(ProposalOutcome.NothingToPropose, null);
            }

            await CreateBranchAsync(change.Branch, first, cancellation);
            return await OpenAsync(change, first, cancellation);
        }

        var pull = await LatestPullAsync(change, cancellation);
        if (!await ChangesAsync(tip, change, cancellation))
        {
            return await WithSameContentAsync(change, pull, tip, cancellation);
        }

        var isOurs = await IsOursAloneAsync(target, tip, cancellation);
        if (await CommitOntoAsync(isOurs ? target : tip, change, cancellation) is not { } commit)
        {
            return new(ProposalOutcome.NothingToPropose, null);
        }

        await connection.CallAsync(
            Contents($"the branch {TerminalText.Quoted(change.Branch)} of {slug}"),
            github => github.Git.Reference.Update(slug.Owner, slug.Name, ReferenceName(change.Branch), new ReferenceUpdate(commit, force: isOurs)),
            cancellation);
        return pull is { IsOpen: true }
            ? new(ProposalOutcome.Updated, await EditAsync(pull, change, commit, cancellation))
            : await OpenAsync(change, commit, cancellation);
    }

    private async Task<Proposal> WithSameContentAsync(ProposedChange change, PullRequestInfo? pull, string tip, CancellationToken cancellation) => pull switch
    {
        { IsOpen: true } => new(ProposalOutcome.Unchanged, pull),
        { IsMerged: false } when pull.HeadSha == tip => new(ProposalOutcome.Declined, pull),
        { IsMerged: true } when pull.HeadSha == tip => new(ProposalOutcome.NothingToPropose, null),
        _ => await OpenAsync(change, tip, cancellation),
    };

    private async Task<bool> ChangesAsync(string commit, ProposedChange change, CancellationToken cancellation)
    {
        var before = await TreeOfAsync(commit, cancellation);
        return await TreeAsync(before, change, cancellation) != before;
    }

    // null when the parent holds the change already
    private async Task<string?> CommitOntoAsync(string parent, ProposedChange change, CancellationToken cancellation)
    {
        var before = await TreeOfAsync(parent, cancellation);
        var after = await TreeAsync(before, change, cancellation);
        return after == before ? null : await CommitAsync(after, parent, change, cancellation);
    }

    private async Task<bool> IsOursAloneAsync(string target, string tip, CancellationToken cancellation)
    {
        var login = await repository.OwnLoginAsync(cancellation);
        var comparison = await connection.CallAsync(
            new($"the commits of {slug} that wait", "contents: read"),
            github => github.Repository.Commit.Compare(slug.Owner, slug.Name, target, tip),
            cancellation);
        return comparison.TotalCommits == comparison.Commits.Count && comparison.Commits.All(commit => commit.Author?.Login == login);
    }

    private async Task<string?> TipAsync(string branch, CancellationToken cancellation)
    {
        // Octokit asks at the older address, which lists references
        var address = new Uri($"repos/{slug}/git/ref/{ReferenceName(branch)}", UriKind.Relative);
        try
        {
            var found = await connection.CallAsync(
                new($"the branch {TerminalText.Quoted(branch)} of {slug}", "contents: read"),
                github => new ApiConnection(github.Connection).Get<Reference>(address),
                cancellation);
            return found.Object.Sha;
        }
        catch (MergeOpsException absent) when (absent.Diagnostic.Code == Codes.GitHubGone)
        {
            return null;
        }
    }

    private async Task<string> TreeOfAsync(string commit, CancellationToken cancellation)
    {
        var found = await connection.CallAsync(
            new($"the commit {commit} of {slug}", "contents: read"), github => github.Git.Commit.Get(slug.Owner, slug.Name, commit), cancellation);
        return found.Tree.Sha;
    }

    // Octokit's own type leaves out the null that removes a file
    private async Task<string> TreeAsync(string onto, ProposedChange change, CancellationToken cancellation)
    {
        var entries = new JsonArray();
        foreach (var (path, bytes) in change.Files)
        {
            var entry = new JsonObject { ["path"] = path, ["mode"] = "100644", ["type"] = "blob" };
            if (bytes is not null && TextOf(bytes) is { } text)
            {
                entry["content"] = text;
            }
            else
            {
                entry["sha"] = bytes is null ? null : blobs.TryGetValue(bytes, out var known) ? known : blobs[bytes] = await BlobAsync(path, bytes, cancellation);
            }

            entries.Add(entry);
        }

        var body = new JsonObject { ["base_tree"] = onto, ["tree"] = entries }.ToJsonString();
        var address = new Uri($"repos/{slug}/git/trees", UriKind.Relative);
        var tree = await connection.CallAsync(
            Contents($"files in {slug}"),
            github => new ApiConnection(github.Connection).Post<TreeResponse>(address, body, null, "application/json", cancellation),
            cancellation);
        return tree.Sha;
    }

    // null for what a tree cannot hold as text
    private static string? TextOf(byte[] bytes)
    {
        try
        {
            return bytes.AsSpan().Contains((byte)0) ? null : Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private async Task<string> BlobAsync(string path, byte[] bytes, CancellationToken cancellation)
    {
        var blob = await connection.CallAsync(
            Contents($"the file {TerminalText.Quoted(path)} in {slug}"),
            github => github.Git.Blob.Create(slug.Owner, slug.Name, new NewBlob { Content = Convert.ToBase64String(bytes), Encoding = EncodingType.Base64 }),
            cancellation);
        return blob.Sha;
    }

    private async Task<string> CommitAsync(string tree, string parent, ProposedChange change, CancellationToken cancellation)
    {
        var commit = await connection.CallAsync(
            Contents($"a commit in {slug}"),
            github => github.Git.Commit.Create(slug.Owner, slug.Name, new NewCommit(SecretText.Redact(change.Message), tree, parent)),
            cancellation);
        return commit.Sha;
    }

    private Task<string> CreateBranchAsync(string branch, string commit, CancellationToken cancellation) => connection.CreateAsync(
        Contents($"the branch {TerminalText.Quoted(branch)} of {slug}"),
        async github => (await github.Git.Reference.Create(slug.Owner, slug.Name, new NewReference($"refs/heads/{branch}", commit))).Object.Sha,
        async () => await TipAsync(branch, cancellation) is { } tip && tip == commit ? tip : null,
        cancellation);

    private async Task<Proposal> OpenAsync(ProposedChange change, string commit, CancellationToken cancellation)
    {
        var request = new NewPullRequest(SecretText.Redact(change.Title), change.Branch, change.BaseRef) { Body = SecretText.Redact(change.Body) };
        var pull = await connection.CreateAsync(
            new($"a pull request in {slug}", "pull-requests: write"),
            async github => GitHubRepository.Info(await github.PullRequest.Create(slug.Owner, slug.Name, request)),
            async () => await LatestPullAsync(change, cancellation) is { IsOpen: true } open ? open : null,
            cancellation);
        return new(ProposalOutcome.Opened, pull with { HeadSha = commit });
    }

    private async Task<PullRequestInfo> EditAsync(PullRequestInfo pull, ProposedChange change, string commit, CancellationToken cancellation)
    {
        var update = new PullRequestUpdate { Title = SecretText.Redact(change.Title), Body = SecretText.Redact(change.Body) };
        var edited = await connection.CallAsync(
            new($"the pull request {slug}#{pull.Number}", "pull-requests: write"),
            github => github.PullRequest.Update(slug.Owner, slug.Name, pull.Number, update),
            cancellation);

        // GitHub moves a pull request's head some time after its branch
        return GitHubRepository.Info(edited) with { HeadSha = commit };
    }

    private async Task<PullRequestInfo?> LatestPullAsync(ProposedChange change, CancellationToken cancellation)
    {
        var request = new PullRequestRequest
        {
            State = ItemStateFilter.All,
            Head = $"{slug.Owner}:{change.Branch}",
            Base = change.BaseRef,
            SortProperty = PullRequestSort.Created,
            SortDirection = SortDirection.Descending,
        };
        var pulls = await connection.CallAsync(
            new($"the pull requests of {slug}", "pull-requests: read"),
            github => github.PullRequest.GetAllForRepository(slug.Owner, slug.Name, request, new ApiOptions { PageSize = 10, PageCount = 1 }),
            cancellation);
        return pulls.Select(GitHubRepository.Info).OrderByDescending(pull => pull.IsOpen).FirstOrDefault();
    }

    private static string ReferenceName(string branch) => "heads/" + string.Join('/', branch.Split('/').Select(Uri.EscapeDataString));

    private static GitHubSubject Contents(string what) => new(what, "contents: write");
}
