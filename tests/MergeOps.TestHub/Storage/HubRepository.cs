using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace MergeOps.TestHub.Storage;

/// <summary>A model repository: commits, names for them, LFS objects, and who may see it.</summary>
/// <remarks>Everything that changes names or commits holds <see cref="Gate"/>.</remarks>
internal sealed class HubRepository(string id, TimeProvider time)
{
    private readonly Dictionary<string, Commit> commits = new(StringComparer.Ordinal);

    /// <summary>Held while branches, tags or pull requests change.</summary>
    public Lock Gate { get; } = new();

    /// <summary><c>owner/name</c>, or one part.</summary>
    public string Id { get; set; } = id;

    /// <summary>Only those with a token may know of it.</summary>
    public bool IsPrivate { get; set; }

    /// <summary><c>auto</c> or <c>manual</c> where files need an accepted request; else null.</summary>
    public string? Gated { get; set; }

    /// <summary>Closed by the Hub itself.</summary>
    public bool IsDisabled { get; set; }

    /// <summary>Users whose request for a gated repository was accepted.</summary>
    public ConcurrentDictionary<string, bool> Accepted { get; } = new(StringComparer.Ordinal);

    /// <summary>Branches by name.</summary>
    public SortedDictionary<string, Commit> Branches { get; } = new(StringComparer.Ordinal);

    /// <summary>Tags by name.</summary>
    public SortedDictionary<string, Commit> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>Pull requests by number.</summary>
    public SortedDictionary<int, PullRequest> PullRequests { get; } = [];

    /// <summary>LFS objects that were uploaded to this repository, by SHA-256.</summary>
    public ConcurrentDictionary<string, Content> LfsObjects { get; } = new(StringComparer.Ordinal);

    /// <summary>The head of <c>main</c>.</summary>
    public Commit Head => Branches["main"];

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; } = time.GetUtcNow();

    /// <summary>Finds a commit by branch, tag, <c>refs/pr/N</c>, <c>HEAD</c>, or its id's first seven digits or more.</summary>
    public Commit? Find(string revision)
    {
        lock (Gate)
        {
            return revision == "HEAD" ? Head
                : Branches.GetValueOrDefault(Without("refs/heads/", revision))
                ?? Tags.GetValueOrDefault(Without("refs/tags/", revision))
                ?? PullRequest(revision)?.Head
                ?? (revision.Length is >= 7 and <= 40 ? commits.Values.FirstOrDefault(commit => commit.Id.StartsWith(revision, StringComparison.Ordinal)) : null);
        }
    }

    /// <summary>The pull request that <c>refs/pr/N</c> names.</summary>
    public PullRequest? PullRequest(string revision) =>
        revision.StartsWith("refs/pr/", StringComparison.Ordinal) && int.TryParse(revision.AsSpan(8), out var number) ? PullRequests.GetValueOrDefault(number) : null;

    /// <summary>Puts a commit on top of another; no name points at it yet.</summary>
    public Commit Add(Commit? parent, ImmutableSortedDictionary<string, StoredFile> files, string title, string description = "", string author = "tester")
    {
        lock (Gate)
        {
            var commit = new Commit(files, parent, title, description, author, time.GetUtcNow());
            commits[commit.Id] = commit;
            foreach (var file in files.Values.Where(file => file.Sha256 is not null))
            {
                LfsObjects[file.Sha256!] = file.Content;
            }

            return commit;
        }
    }

    /// <summary>Commits files to a branch as somebody with a checkout would; null bytes remove a file.</summary>
    public Commit Push(string title, IReadOnlyDictionary<string, byte[]?> changes, string branch = "main")
    {
        lock (Gate)
        {
            var parent = Branches[branch];
            var attributes = changes.GetValueOrDefault(".gitattributes") ?? parent.Files.GetValueOrDefault(".gitattributes")?.GitBytes();
            var files = parent.Files;
            foreach (var (path, bytes) in changes)
            {
                files = bytes is null ? files.Remove(path) : files.SetItem(path, RepositoryFiles.Store(path, new MemoryContent(bytes), attributes));
            }

            return Branches[branch] = Add(parent, files, title);
        }
    }

    /// <summary>Makes one commit without a parent of a branch; what no other name leads to is gone. Null where there is no such branch.</summary>
    public Commit? Squash(string branch, string title)
    {
        lock (Gate)
        {
            if (Branches.GetValueOrDefault(branch) is not { } head)
            {
                return null;
            }

            var squashed = Branches[branch] = Add(null, head.Files, title);
            var reached = Branches.Values.Concat(Tags.Values).Concat(PullRequests.Values.Select(pull => pull.Head)).SelectMany(commit => commit.History()).Select(commit => commit.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var lost in commits.Keys.Where(id => !reached.Contains(id)).ToList())
            {
                commits.Remove(lost);
            }

            return squashed;
        }
    }

    private static string Without(string prefix, string name) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
}
