namespace MergeOps.TestHub.Storage;

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryContent(byte[] bytes) : Content
{
    /// <inheritdoc/>
    public override long Length => bytes.Length;

    /// <inheritdoc/>
    public override Stream Open() => new MemoryStream(bytes, writable: false);
}
