using System.Collections.Immutable;

namespace MergeOps.TestHub.Storage;

/// <summary>One commit: a whole tree, and who made it of which parent.</summary>
internal sealed class Commit
{
    private readonly Lazy<SortedDictionary<string, string>> folders;

    /// <summary>Makes a commit; its id follows from all that is given.</summary>
    public Commit(ImmutableSortedDictionary<string, StoredFile> files, Commit? parent, string title, string description, string author, DateTimeOffset date)
    {
        Files = files;
        Parent = parent;
        Title = title;
        Description = description;
        Author = author;
        Date = date;
        folders = new(() => GitObjects.TreeIds(Files));
        Id = GitObjects.CommitId(folders.Value[""], parent?.Id, date, author, description.Length == 0 ? title : $"{title}\n\n{description}");
    }

    /// <summary>40 hex digits, as git would give.</summary>
    public string Id { get; }

    /// <summary>Every file by path.</summary>
    public ImmutableSortedDictionary<string, StoredFile> Files { get; }

    /// <summary>The ids of the folders by path; the root's path is empty.</summary>
    public SortedDictionary<string, string> Folders => folders.Value;

    /// <summary>What it was made of; null for the first.</summary>
    public Commit? Parent { get; }

    /// <summary>The first line of the message.</summary>
    public string Title { get; }

    /// <summary>The rest of the message.</summary>
    public string Description { get; }

    /// <summary>The user who made it.</summary>
    public string Author { get; }

    /// <summary>When.</summary>
    public DateTimeOffset Date { get; }

    /// <summary>This commit and those before it, newest first.</summary>
    public IEnumerable<Commit> History()
    {
        for (var commit = this; commit is not null; commit = commit.Parent)
        {
            yield return commit;
        }
    }
}
