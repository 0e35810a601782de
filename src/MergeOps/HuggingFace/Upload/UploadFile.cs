using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Upload;

/// <summary>One file to publish, by its content; the bytes lie in a file or in memory.</summary>
/// <param name="Path">In the repository, with forward slashes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record UploadFile(string Path, long Size, string Sha256)
{
    /// <summary>The file that holds the bytes; null when they are in <see cref="Bytes"/>.</summary>
    public string? Source { get; init; }

    /// <summary>Whether the Hub's large-file storage has it, and nobody here does.</summary>
    public bool IsStored { get; init; }

    /// <summary>The bytes of a file that lies nowhere.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The digest of the kind by which the Hub names its content.</summary>
    public BlobDigest DigestOf(DigestKind kind, CancellationToken cancellation) =>
        kind is DigestKind.Sha256 || IsStored ? new(DigestKind.Sha256, Sha256)
        : Source is null ? BlobDigest.Of(kind, Bytes.Span)
        : BlobDigest.OfFile(kind, Source, cancellation);

    /// <summary>Some of the bytes, for a small piece.</summary>
    public byte[] Read(long offset, int count)
    {
        using var stream = Open(offset, count, _ => { });
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A stream over some of the bytes, with a length.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many.</param>
    /// <param name="moved">Told how many were read, now and then.</param>
    public Stream Open(long offset, long length, Action<long> moved) => new UploadStream(
        Source is null
            ? new MemoryStream(Bytes.Slice((int)offset, (int)length).ToArray(), writable: false)
            : new FileStream(Source, FileMode.Open, FileAccess.Read, FileShare.Read) { Position = offset },
        length,
        moved);
}
