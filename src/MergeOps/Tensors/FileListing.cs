using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace MergeOps.Tensors;

/// <summary>The files of a commit, a lock or a folder by their content, in the order in which they are given.</summary>
[CollectionBuilder(typeof(FileListing), nameof(Of))]
internal sealed class FileListing : IReadOnlyList<HashedFile>
{
    private readonly ImmutableArray<HashedFile> files;

    private FileListing(ImmutableArray<HashedFile> files) => this.files = files;

    /// <inheritdoc/>
    public int Count => files.Length;

    /// <summary>The sum of their sizes in bytes.</summary>
    public long Size => files.Sum(file => file.Size);

    /// <summary>Their paths, in the same order.</summary>
    public IReadOnlyList<string> Paths => field ??= [.. files.Select(file => file.Path)];

    // a commit may have hundreds of thousands of files, and most listings are only walked through
    private Dictionary<string, HashedFile> ByPath => field ??= IndexOf(files);

    /// <inheritdoc/>
    public HashedFile this[int index] => files[index];

    /// <summary>A listing of files.</summary>
    public static FileListing Of(ReadOnlySpan<HashedFile> files) => new([.. files]);

    /// <summary>The file of a path, the first one should there be several; null where there is none.</summary>
    public HashedFile? Find(string path) => ByPath.GetValueOrDefault(path);

    /// <summary>The file of a path that is there.</summary>
    public HashedFile At(string path) => Find(path) ?? throw new InvalidOperationException($"'{path}' is none of the files");

    /// <summary>Whether there is a file of a path.</summary>
    public bool Contains(string path) => ByPath.ContainsKey(path);

    /// <summary>Those whose paths are among the given ones.</summary>
    public FileListing Among(IEnumerable<string> paths)
    {
        var wanted = paths.ToHashSet(StringComparer.Ordinal);
        return [.. files.Where(file => wanted.Contains(file.Path))];
    }

    /// <summary>These, and those of another listing whose paths are not among theirs, in ordinal order of the paths.</summary>
    public FileListing With(FileListing more) => [.. files.Concat(more).DistinctBy(file => file.Path).OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>The files that another listing does not have with the same content, and behind them those of the other that this one does not.</summary>
    public IEnumerable<HashedFile> DifferencesFrom(FileListing other) => files.Except(other).Concat(other.Except(files));

    /// <inheritdoc/>
    public IEnumerator<HashedFile> GetEnumerator() => ((IEnumerable<HashedFile>)files).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static Dictionary<string, HashedFile> IndexOf(ImmutableArray<HashedFile> files)
    {
        var byPath = new Dictionary<string, HashedFile>(files.Length, StringComparer.Ordinal);
        foreach (var file in files)
        {
            byPath.TryAdd(file.Path, file);
        }

        return byPath;
    }
}
