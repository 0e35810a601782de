namespace MergeOps.TestHub.Storage;

/// <summary>Bytes of a file on disk, which must stay as it is.</summary>
internal sealed class FileContent(string path) : Content
{
    /// <inheritdoc/>
    public override long Length { get; } = new FileInfo(path).Length;

    /// <inheritdoc/>
    public override Stream Open() => File.OpenRead(path);
}
