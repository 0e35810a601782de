using MergeOps.TestGitHub.Http;
using MergeOps.TestGitHub.Storage;

namespace MergeOps.TestGitHub.Endpoints;

/// <summary>Pull requests.</summary>
internal static class PullEndpoints
{
    /// <summary>Adds them.</summary>
    public static void Map(GitHubRoutes routes)
    {
        routes.Map("GET /repos/{owner}/{repo}/pulls", ListAsync);
        routes.Map("POST /repos/{owner}/{repo}/pulls", CreateAsync);
        routes.Map("GET /repos/{owner}/{repo}/pulls/{pull_number}", GetAsync);
        routes.Map("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", EditAsync);
        routes.Map("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", MergeAsync);
        routes.Map("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", FilesAsync);
        routes.Map("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", ReviewsAsync);
        routes.Map("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", OfCommitAsync);
    }

    private static Task ListAsync(GitHubCall call)
    {
        var repository = call.Repository;
        var found = repository.Pulls
            .Where(pull => call.Query("state") switch
            {
                "all" => true,
                "closed" => !pull.IsOpen,
                _ => pull.IsOpen,
            })
            .Where(pull => call.Query("base") is not { } target || pull.BaseRef == target)
            .Where(pull => call.Query("head") is not { } head || $"{(pull.Fork ?? repository.FullName).Split('/')[0]}:{pull.HeadRef}" == head);
        var ordered = call.Query("direction") == "asc" ? found.OrderBy(pull => pull.Number) : found.OrderByDescending(pull => pull.Number);
        return call.AnswerPageAsync([.. ordered], pull => Answers.Pull(Answers.Element(call.Example(200)), pull, repository));
    }

    private static Task CreateAsync(GitHubCall call)
    {
        call.MustWrite("pull_requests=write");
        var repository = call.Repository;
        if (call.Token is { IsWorkflow: true, Repository: not null } && !repository.Settings.WorkflowsOpenPulls)
        {
            throw new GitHubError(403, "GitHub Actions is not permitted to create or approve pull requests.");
        }

        var (head, target) = (call.Text("head")!, call.Text("base")!);
        var (tip, onto) = (repository.Git.Resolve($"refs/heads/{head}"), repository.Git.Resolve($"refs/heads/{target}"));
        if (tip is null || onto is null)
        {
            throw GitHubError.Invalid(tip is null ? "head: invalid" : "base: invalid");
        }

        if (repository.Pulls.Any(pull => pull.IsOpen && pull.HeadRef == head && pull.BaseRef == target && pull.Fork is null))
        {
            throw GitHubError.Invalid($"A pull request already exists for {repository.Owner}:{head}.");
        }

        if (repository.Git.Between(onto, tip).Count == 0)
        {
            throw GitHubError.Invalid($"No commits between {target} and {head}");
        }

        var opened = repository.OpenPull(head, call.Text("title")!, call.Token.Login, into: target);
        opened.Body = Limits.Body(call.Text("body") ?? "");
        return call.AnswerAsync(Answers.Pull(call.Example(201), opened, repository), 201);
    }

    private static Task GetAsync(GitHubCall call) => call.AnswerAsync(Answers.Pull(call.Example(200), Pull(call), call.Repository));

    private static Task EditAsync(GitHubCall call)
    {
        call.MustWrite("pull_requests=write");
        var pull = Pull(call);
        pull.Title = call.Text("title") ?? pull.Title;
        pull.Body = Limits.Body(call.Text("body") ?? pull.Body);
        pull.IsOpen = (call.Text("state") ?? (pull.IsOpen ? "open" : "closed")) == "open";
        return call.AnswerAsync(Answers.Pull(call.Example(200), pull, call.Repository));
    }

    private static Task MergeAsync(GitHubCall call)
    {
        call.MustWrite("contents=write");
        var (pull, repository) = (Pull(call), call.Repository);
        if (!pull.IsOpen || pull.IsDraft || repository.TrialMerge(pull) is null)
        {
            throw new GitHubError(405, "Pull Request is not mergeable");
        }

        if (repository.Settings.Protections.GetValueOrDefault(pull.BaseRef)?.RequiredStatuses.FirstOrDefault(required => repository.StateOf(pull.HeadSha, required) != "success") is { } missing)
        {
            throw new GitHubError(405, $"Required status check \"{missing}\" is expected.");
        }

        if (call.Text("sha") is { } sha && sha != pull.HeadSha)
        {
            throw new GitHubError(409, "Head branch was modified. Review and try the merge again.");
        }

        var merged = repository.Merge(pull.Number, squash: call.Text("merge_method") == "squash");
        return call.AnswerAsync(Answers.With(call.Example(200), ("sha", merged), ("merged", true)));
    }

    private static Task FilesAsync(GitHubCall call)
    {
        var (pull, git) = (Pull(call), call.Repository.Git);
        var files = git.Differences(git.MergeBase(pull.BaseSha, pull.HeadSha)!, pull.HeadSha);
        return call.AnswerPageAsync(files, file => RepositoryEndpoints.Files(Answers.Element(call.Example(200)), [file])[0]!.DeepClone());
    }

    private static Task ReviewsAsync(GitHubCall call) => call.AnswerPageAsync([.. Pull(call).Reviews], review =>
    {
        var example = Answers.Element(call.Example(200));
        return Answers.With(
            example, ("state", review.State), ("commit_id", review.CommitSha), ("user", Answers.User(example["user"]!, review.Login)));
    });

    private static Task OfCommitAsync(GitHubCall call)
    {
        var repository = call.Repository;
        var sha = repository.Git.Resolve(call["commit_sha"]) ?? throw GitHubError.Invalid($"No commit found for SHA: {call["commit_sha"]}");
        var found = repository.Pulls.Where(pull => pull.MergeSha == sha || repository.Git.Between(pull.BaseSha, pull.HeadSha).Contains(sha)).ToList();
        return call.AnswerPageAsync(found, pull => Answers.Pull(Answers.Element(call.Example(200)), pull, repository));
    }

    private static StoredPull Pull(GitHubCall call) => call.Repository.Pull(call.Number("pull_number")) ?? throw GitHubError.NotFound();
}
