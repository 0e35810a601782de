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

    /// <summary>A part of a file.</summary>
    public Task<byte[]> ReadAsync(HashedFile file, long offset, int count, CancellationToken cancellation) =>
        source.ReadAsync(name, commit, file, offset, count, cancellation);

    /// <summary>A whole small file.</summary>
    public Task<byte[]> ReadWholeAsync(HashedFile file, int cap, CancellationToken cancellation) =>
        source.ReadWholeAsync(name, commit, file, cap, cancellation);
}
