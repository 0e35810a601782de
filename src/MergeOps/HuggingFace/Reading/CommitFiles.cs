using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Reading;

/// <summary>The files of one commit, and their bytes where they are asked for.</summary>
internal sealed class CommitFiles(IRepositorySource source, RepositoryName name, string commit, FileListing files)
{
    /// <summary>The repository.</summary>
    public RepositoryName Name => name;

    /// <summary>The paths in ordinal order.</summary>
    public IReadOnlyList<string> Paths => files.Paths;

    /// <summary>The file of a path, or null.</summary>
    public HashedFile? Find(string path) => files.Find(path);

    /// <summary>The files of some paths.</summary>
    public FileListing Among(IEnumerable<string> paths) => files.Among(paths);

    /// <summary>What messages call a file.</summary>
    public string Describe(string path) => $"{name}@{commit[..12]}/{path}";

    /// <summary>A part of a file that is there.</summary>
    public Task<byte[]> ReadAsync(string path, long offset, int count, CancellationToken cancellation) =>
        source.ReadAsync(FileAt(path), offset, count, cancellation);

    /// <summary>A whole small file that is there.</summary>
    public Task<byte[]> ReadWholeAsync(string path, int cap, CancellationToken cancellation) =>
        source.ReadWholeAsync(FileAt(path), cap, cancellation);

    private CommitFile FileAt(string path) => new(name, commit, files.At(path));
}
