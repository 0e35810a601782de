using System.Collections.Concurrent;
using System.Text;

namespace MergeOps.TestGitHub.Storage;

/// <summary>A repository: real git below, and beside it what GitHub adds. Tests change it as people would, and look at what came of calls.</summary>
internal sealed class TestRepository(string owner, string name, string folder)
{
    private static readonly DateTimeOffset FirstMerge = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly Lock gate = new();
    private readonly ConcurrentQueue<StoredPull> pulls = new();
    private readonly ConcurrentQueue<StoredIssue> issues = new();
    private readonly ConcurrentQueue<StoredStatus> statuses = new();
    private readonly ConcurrentDictionary<long, StoredComment> comments = new();
    private int lastNumber;
    private long lastComment = 1000;
    private int merges;

    /// <summary><c>owner/name</c>.</summary>
    public string FullName => $"{owner}/{name}";

    /// <summary>Its owner.</summary>
    public string Owner => owner;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its commits; push to its path, fetch from it, <c>refs/pull/N/head</c> too.</summary>
    public GitFolder Git { get; } = new(folder);

    /// <summary>The branch that pull requests go into.</summary>
    public string DefaultBranch { get; set; } = "main";

    /// <summary>Who may do what: <c>admin</c>, <c>write</c>, <c>read</c>; nobody else may write.</summary>
    public ConcurrentDictionary<string, string> Permissions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a token is needed to read it, and which one suffices.</summary>
    public bool IsPrivate { get; set; } = true;

    /// <summary>What its owners set for workflows.</summary>
    public ActionsSettings Settings { get; } = new();

    /// <summary>Whether code scanning takes findings.</summary>
    public bool HasCodeScanning { get; set; }

    /// <summary>The findings that code scanning took, oldest first.</summary>
    public ConcurrentQueue<StoredFindings> Findings { get; } = new();

    /// <summary>The runs of workflows that calls started, oldest first.</summary>
    public ConcurrentQueue<StoredDispatch> Dispatches { get; } = new();

    /// <summary>All pull requests, oldest first, their heads up to date.</summary>
    public IReadOnlyList<StoredPull> Pulls
    {
        get
        {
            foreach (var pull in pulls)
            {
                Follow(pull);
            }

            return [.. pulls];
        }
    }

    /// <summary>All issues, oldest first.</summary>
    public IReadOnlyList<StoredIssue> Issues => [.. issues];

    /// <summary>All statuses, oldest first.</summary>
    public IReadOnlyList<StoredStatus> Statuses => [.. statuses];

    /// <summary>The comments of a pull request or issue, oldest first.</summary>
    public IReadOnlyList<StoredComment> Comments(int number) => [.. comments.Values.Where(comment => comment.Number == number).OrderBy(comment => comment.Id)];

    /// <summary>The runs of workflows, oldest first.</summary>
    public ConcurrentQueue<StoredRun> Runs { get; } = new();

    /// <summary>All comments.</summary>
    public IEnumerable<StoredComment> AllComments => comments.Values;

    /// <summary>What GitHub says of an author of comments.</summary>
    public string AssociationOf(string login) => string.Equals(login, owner, StringComparison.OrdinalIgnoreCase)
        ? "OWNER"
        : Permissions.GetValueOrDefault(login) is "admin" or "write" ? "COLLABORATOR" : "NONE";

    /// <summary>A comment, or null.</summary>
    public StoredComment? Comment(long id) => comments.GetValueOrDefault(id);

    /// <summary>A pull request, or null.</summary>
    public StoredPull? Pull(int number) => Pulls.FirstOrDefault(pull => pull.Number == number);

    /// <summary>Commits files to a branch, which is made from the default branch when it is new.</summary>
    /// <param name="branch">The branch.</param>
    /// <param name="files">What files hold afterwards, by path; null removes one.</param>
    /// <param name="author">Who.</param>
    /// <param name="fork">The repository of the branch; null for this one.</param>
    /// <returns>The commit.</returns>
    public string Commit(string branch, IReadOnlyDictionary<string, string?> files, string author = "octocat", string? fork = null)
    {
        var reference = fork is null ? $"refs/heads/{branch}" : $"refs/forks/{fork}/{branch}";
        var parent = Git.Resolve(reference) ?? Git.Resolve($"refs/heads/{DefaultBranch}");
        var bytes = files.Select(file => KeyValuePair.Create(file.Key, file.Value is null ? null : Encoding.UTF8.GetBytes(file.Value)));
        var tree = Git.Tree(parent is null ? null : Git.TreeOf(parent), bytes);
        var commit = Git.Commit(tree, parent is null ? [] : [parent], $"Change {string.Join(", ", files.Keys)}", author);
        Git.Point(reference, commit);
        _ = Pulls;
        return commit;
    }

    /// <summary>Opens a pull request from a branch that has commits.</summary>
    public StoredPull OpenPull(string head, string title, string author = "octocat", string? fork = null, string? into = null)
    {
        var target = into ?? DefaultBranch;
        var pull = new StoredPull(NextNumber(), author, head, target, fork)
        {
            Title = title,
            HeadSha = "",
            BaseSha = Git.Resolve($"refs/heads/{target}") ?? throw new ArgumentException($"no branch {target}", nameof(into)),
        };
        Follow(pull);
        pulls.Enqueue(pull);
        return pull;
    }

    /// <summary>Merges a pull request by way of trial, as GitHub does for the workflows that look at it: <c>refs/pull/N/merge</c>.</summary>
    /// <returns>The commit; null where it cannot be merged.</returns>
    public string? TrialMerge(StoredPull pull)
    {
        var tip = Git.Resolve($"refs/heads/{pull.BaseRef}")!;
        if (Git.MergeTree(tip, pull.HeadSha) is not { } tree)
        {
            return null;
        }

        var trial = Git.Commit(tree, [tip, pull.HeadSha], $"Merge {pull.HeadSha} into {tip}", "web-flow");
        Git.Point($"refs/pull/{pull.Number}/merge", trial);
        return trial;
    }

    /// <summary>Merges a pull request.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="squash">Whether as one commit with one parent.</param>
    /// <returns>The commit that is now the tip of its base.</returns>
    public string Merge(int number, bool squash = false)
    {
        var pull = Pull(number) ?? throw new ArgumentException($"no pull request {number}", nameof(number));
        var tip = Git.Resolve($"refs/heads/{pull.BaseRef}")!;
        string[] parents = squash ? [tip] : [tip, pull.HeadSha];
        var tree = Git.MergeTree(tip, pull.HeadSha) ?? throw new ArgumentException($"#{number} conflicts with {pull.BaseRef}", nameof(number));
        pull.MergeSha = Git.Commit(tree, parents, $"Merge #{number}", "web-flow");
        pull.MergedAt = FirstMerge.AddMinutes(Interlocked.Increment(ref merges));
        pull.IsOpen = false;
        Git.Point($"refs/heads/{pull.BaseRef}", pull.MergeSha);
        return pull.MergeSha;
    }

    /// <summary>Puts a pull request into the merge queue, on top of what is in it.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="onto">The queue's commit before; null for the branch itself.</param>
    /// <param name="squash">Whether as one commit with one parent, and GitHub's number after its title.</param>
    /// <returns>The queue's commit, and its branch.</returns>
    public (string Commit, string Branch) Enqueue(int number, string? onto = null, bool squash = false)
    {
        var pull = Pull(number) ?? throw new ArgumentException($"no pull request {number}", nameof(number));
        var tip = onto ?? Git.Resolve($"refs/heads/{pull.BaseRef}")!;
        string[] parents = squash ? [tip] : [tip, pull.HeadSha];
        var tree = Git.MergeTree(tip, pull.HeadSha) ?? throw new ArgumentException($"#{number} conflicts with the queue", nameof(number));
        var commit = Git.Commit(tree, parents, squash ? $"{pull.Title} (#{number})" : $"Merge pull request #{number} from {pull.HeadRef}", "web-flow");
        var branch = $"gh-readonly-queue/{pull.BaseRef}/pr-{number}-{tip}";
        Git.Point($"refs/heads/{branch}", commit);
        return (commit, branch);
    }

    /// <summary>Says something of a pull request's head as a whole.</summary>
    public void Review(int number, string login, string state = "APPROVED")
    {
        var pull = Pull(number) ?? throw new ArgumentException($"no pull request {number}", nameof(number));
        pull.Reviews.Enqueue(new(login, state, pull.HeadSha));
    }

    /// <summary>Adds a comment.</summary>
    public StoredComment AddComment(int number, string login, string body)
    {
        var comment = new StoredComment(Interlocked.Increment(ref lastComment), number, login) { Body = body };
        comments[comment.Id] = comment;
        return comment;
    }

    /// <summary>Deletes a comment.</summary>
    public void DeleteComment(long id) => comments.TryRemove(id, out _);

    /// <summary>Opens an issue.</summary>
    public StoredIssue AddIssue(string login, string title, string body, params string[] labels)
    {
        var issue = new StoredIssue(NextNumber(), login) { Title = title, Body = body, Labels = labels };
        issues.Enqueue(issue);
        return issue;
    }

    /// <summary>The state of a commit's newest status of a context; null when it has none.</summary>
    public string? StateOf(string sha, string context) => statuses.LastOrDefault(status => status.Sha == sha && status.Context == context)?.State;

    /// <summary>Sets a commit's status.</summary>
    public void AddStatus(StoredStatus status) => statuses.Enqueue(status);

    // a head moves with its branch as long as its pull request is open
    private void Follow(StoredPull pull)
    {
        lock (gate)
        {
            if (pull.IsOpen && Git.Resolve(pull.HeadReference) is { } tip && tip != pull.HeadSha)
            {
                pull.HeadSha = tip;
                pull.BaseSha = Git.Resolve($"refs/heads/{pull.BaseRef}")!;
                Git.Point($"refs/pull/{pull.Number}/head", tip);
            }
        }
    }

    private int NextNumber() => Interlocked.Increment(ref lastNumber);
}
