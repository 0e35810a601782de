using MergeOps.TestGitHub.Storage;

namespace MergeOps.TestGitHub.Events;

/// <summary>What of a repository makes events when it changes.</summary>
/// <param name="Branches">The branches with their commits.</param>
/// <param name="Pulls">The open pull requests with their heads.</param>
/// <param name="LastComment">The newest comment.</param>
internal sealed record RepositoryState(IReadOnlyDictionary<string, string> Branches, IReadOnlyDictionary<int, string> Pulls, long LastComment)
{
    /// <summary>How it is now.</summary>
    public static RepositoryState Of(TestRepository repository) => new(
        repository.Git.Branches(),
        repository.Pulls.Where(pull => pull.IsOpen).ToDictionary(pull => pull.Number, pull => pull.HeadSha),
        repository.AllComments.Select(comment => comment.Id).DefaultIfEmpty().Max());

    /// <summary>The events of what changed since, in the order in which GitHub tells them.</summary>
    /// <param name="repository">The repository as it is now.</param>
    /// <param name="actor">Who changed it.</param>
    public IEnumerable<GitHubEvent> ChangesOf(TestRepository repository, string actor)
    {
        var now = Of(repository);
        foreach (var (branch, tip) in now.Branches.Where(branch => Branches.GetValueOrDefault(branch.Key) != branch.Value))
        {
            yield return Payloads.Push(repository, branch, Branches.GetValueOrDefault(branch), tip, actor);
        }

        foreach (var pull in repository.Pulls)
        {
            var (before, after) = (Pulls.GetValueOrDefault(pull.Number), now.Pulls.GetValueOrDefault(pull.Number));
            var action = (before, after) switch
            {
                (null, null) => null,
                (null, _) => pull.WasClosed ? "reopened" : "opened",
                (_, null) => "closed",
                _ => before == after ? null : "synchronize",
            };
            if (action is not null && Payloads.PullRequest(repository, pull, action, actor) is { } change)
            {
                yield return change;
            }
        }

        foreach (var comment in repository.AllComments.Where(comment => comment.Id > LastComment).OrderBy(comment => comment.Id))
        {
            yield return Payloads.Comment(repository, comment);
        }
    }
}
