using MergeOps.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace MergeOps.Tensors;

/// <summary>
/// A model file opened for positional reads, safe from many threads. Never memory-mapped: another process that cuts a
/// mapped file short would kill this one.
/// </summary>
internal sealed class ModelFile : IModelContent, IStoredBytes
{
    private readonly string path;
    private readonly SafeFileHandle handle;

    private ModelFile(string path, SafeFileHandle handle)
    {
        (this.path, this.handle) = (path, handle);
        Length = RandomAccess.GetLength(handle);
    }

    /// <summary>Bytes of the file when it was opened.</summary>
    public long Length { get; }

    /// <inheritdoc/>
    public bool AreFar => false;

    /// <summary>What tells the open file from others, as it is now; a name may lead to another file by then.</summary>
    public FileIdentity Identity => FileIdentity.Of(handle);

    /// <summary>Opens a regular file.</summary>
    /// <exception cref="MergeOpsException">There is none, or it may not be read.</exception>
    public static ModelFile Open(string path)
    {
        if (PlainFile.Objection(path) is { } objection)
        {
            throw new MergeOpsException(Codes.NotSafetensors, objection, SourceSpan.File(path));
        }

        try
        {
            return new ModelFile(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete));
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MergeOpsException(Codes.ModelNotFound, "The file does not exist.", SourceSpan.File(path), failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure.Message, failure);
        }
    }

    /// <summary>Reads so many bytes from a position.</summary>
    /// <exception cref="MergeOpsException">The disk fails, or the file became shorter.</exception>
    public byte[] Read(long offset, int count)
    {
        var bytes = new byte[count];
        Read(offset, bytes);
        return bytes;
    }

    /// <summary>Fills the buffer from a position.</summary>
    /// <exception cref="MergeOpsException">The disk fails, or the file became shorter.</exception>
    public void Read(long offset, Span<byte> buffer) => ReadExactly(handle, path, offset, buffer);

    /// <summary>Lets the disk begin with bytes that will be read soon, without waiting; only a hint, and only on Linux.</summary>
    public void Announce(long offset, long length)
    {
        if (!OperatingSystem.IsWindows())
        {
            Posix.StartReading(handle, offset, length);
        }
    }

    /// <summary>Fills the buffer from a position of an open file.</summary>
    /// <exception cref="MergeOpsException">The disk fails, or the file is shorter.</exception>
    public static void ReadExactly(SafeFileHandle handle, string path, long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int read;
            try
            {
                read = RandomAccess.Read(handle, buffer, offset);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw Unreadable(path, $"Reading {buffer.Length:N0} bytes at byte {offset:N0} failed: {failure.Message}", failure);
            }

            if (read == 0)
            {
                throw Unreadable(path, $"It ends before byte {offset + buffer.Length}: another process truncated it while it was being read.");
            }

            buffer = buffer[read..];
            offset += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private static MergeOpsException Unreadable(string path, string detail, Exception? cause = null) =>
        new(Codes.FileUnreadable, detail, SourceSpan.File(path), cause);
}
