using System.Security.Cryptography;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Microsoft.Win32.SafeHandles;

namespace MergeOps.HuggingFace.Cache;

/// <summary>
/// A content while it arrives: a file beside the finished ones whose name no other process uses. What a run that ended
/// left behind is gone on with, but only when its lock shows that nobody writes to it any more.
/// </summary>
internal sealed class PartialBlob : IDisposable
{
    private readonly BlobDigest digest;
    private readonly SafeFileHandle handle;
    private readonly IncrementalHash? hash;
    private BlockRecorder recorder;

    private PartialBlob(string path, BlobDigest digest, long size, SafeFileHandle handle)
    {
        (Path, this.digest, this.handle) = (path, digest, handle);
        Length = RandomAccess.GetLength(handle);
        // what another run wrote is hashed from the disk when all of it is there
        hash = Length == 0 ? BlobDigest.Begin(digest.Kind, size) : null;
        recorder = new(size);
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>The bytes that are there.</summary>
    public long Length { get; private set; }

    /// <summary>The digests of its blocks, once it is finished; null when it holds no weights.</summary>
    public BlockDigests? Blocks { get; private set; }

    /// <summary>The unfinished files of a content that this program made, in this process or another one.</summary>
    public static IEnumerable<FileInfo> Of(string blobFolder, BlobDigest digest) =>
        Directory.Exists(blobFolder) ? new DirectoryInfo(blobFolder).EnumerateFiles($"{digest.Hex}.mergeops-*.incomplete") : [];

    /// <summary>Goes on with the longest one that nobody writes to, else begins.</summary>
    /// <exception cref="MergeOpsException">The disk is full or does not allow it.</exception>
    public static PartialBlob OpenOrCreate(string blobFolder, BlobDigest digest, long size)
    {
        foreach (var left in Of(blobFolder, digest).OrderByDescending(left => left.Length).Select(left => left.FullName).ToArray())
        {
            if (TryTakeOver(left) is not { } handle)
            {
                continue;
            }

            if (RandomAccess.GetLength(handle) <= size)
            {
                return new PartialBlob(left, digest, size, handle);
            }

            handle.Dispose();
            WriteFailure.Guard(left, () => File.Delete(left));
        }

        return Create(blobFolder, digest, size);
    }

    /// <summary>Begins.</summary>
    /// <exception cref="MergeOpsException">The disk is full or does not allow it.</exception>
    public static PartialBlob Create(string blobFolder, BlobDigest digest, long size)
    {
        var path = System.IO.Path.Combine(blobFolder, $"{digest.Hex}.mergeops-{Guid.NewGuid():N}.incomplete");
        return WriteFailure.Guard(path, () => new PartialBlob(
            path,
            digest,
            size,
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, preallocationSize: size)));
    }

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="MergeOpsException">The disk is full or failed.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(handle, bytes, Length);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw WriteFailure.Of(Path, failure);
        }

        if (hash is not null)
        {
            hash.AppendData(bytes);
            recorder.Append(bytes);
        }

        Length += bytes.Length;
    }

    /// <summary>
    /// Gives the bytes their final name when they are those of the file, else deletes them.
    /// </summary>
    /// <returns>Whether they are.</returns>
    /// <exception cref="MergeOpsException">The disk failed; the bytes are gone.</exception>
    public bool TryFinish(string blob, CancellationToken cancellation)
    {
        var found = hash is null ? Hashed(cancellation) : BlobDigest.Finish(digest.Kind, hash);
        if (found != digest)
        {
            Discard();
            return false;
        }

        try
        {
            WriteFailure.Guard(Path, () => DurableFile.Flush(handle));
        }
        catch (MergeOpsException)
        {
            // after a failed flush nobody knows what is on the disk
            Discard();
            throw;
        }

        Blocks = recorder.Finish();
        Dispose();
        try
        {
            DurableFolder.Rename(Path, blob);
        }
        catch (MergeOpsException) when (!File.Exists(Path) && File.Exists(blob))
        {
            // a process that could not see our lock went on with this file and finished it
        }

        return true;
    }

    /// <summary>Deletes it.</summary>
    /// <exception cref="MergeOpsException">The disk does not allow it.</exception>
    public void Discard()
    {
        Dispose();
        WriteFailure.Guard(Path, () => File.Delete(Path));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        handle.Dispose();
        hash?.Dispose();
    }

    /// <summary>Deletes what other runs left of a content, unless one of them still writes to it.</summary>
    /// <exception cref="MergeOpsException">The disk does not allow it.</exception>
    public static void DeleteLeftovers(string blobFolder, BlobDigest digest)
    {
        foreach (var left in Of(blobFolder, digest).Select(left => left.FullName).ToArray())
        {
            using var handle = TryTakeOver(left);
            if (handle is not null)
            {
                WriteFailure.Guard(left, () => File.Delete(left));
            }
        }
    }

    private BlobDigest Hashed(CancellationToken cancellation)
    {
        using var whole = BlobDigest.Begin(digest.Kind, Length);
        recorder = new(Length);
        var buffer = new byte[Math.Min(1024 * 1024, Length)];
        for (var position = 0L; position < Length; position += buffer.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, Length - position));
            ModelFile.ReadExactly(handle, Path, position, piece);
            whole.AppendData(piece);
            recorder.Append(piece);
        }

        return BlobDigest.Finish(digest.Kind, whole);
    }

    private static SafeFileHandle? TryTakeOver(string path)
    {
        try
        {
            var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            if (File.Exists(path))
            {
                return handle;
            }

            // it was finished between the opening and the lock
            handle.Dispose();
            return null;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
