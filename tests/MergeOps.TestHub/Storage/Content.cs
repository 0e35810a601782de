namespace MergeOps.TestHub.Storage;

/// <summary>The bytes of a stored file, wherever they lie.</summary>
internal abstract class Content
{
    /// <summary>How many bytes there are.</summary>
    public abstract long Length { get; }

    /// <summary>A new stream over them that can seek.</summary>
    public abstract Stream Open();

    /// <summary>All of them; for files that git itself would hold.</summary>
    public byte[] ReadAll()
    {
        using var stream = Open();
        var bytes = new byte[Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
