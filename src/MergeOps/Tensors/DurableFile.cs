using MergeOps.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace MergeOps.Tensors;

/// <summary>
/// A file of known length, written by position from any number of threads. Its space is reserved when it is made, so
/// that a full disk is found before the work, and writing does not have to look for blocks.
/// </summary>
internal sealed class DurableFile : IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle handle;

    // The system lets one write at a time into a file; the others would spin until they may.
    private readonly Lock turn = new();

    private DurableFile(string path, SafeFileHandle handle) => (this.path, this.handle) = (path, handle);

    /// <summary>Makes the file, or opens the one of an earlier run with the bytes that it has.</summary>
    /// <param name="path">Where; the folder exists.</param>
    /// <param name="length">Bytes of the whole file; bytes that were never written are zero.</param>
    /// <exception cref="MergeOpsException">The disk is full or does not allow it.</exception>
    public static DurableFile OpenOrCreate(string path, long length) => WriteFailure.Guard(path, () =>
    {
        var handle = File.Exists(path)
            ? File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read)
            : File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, preallocationSize: length);
        try
        {
            if (RandomAccess.GetLength(handle) != length)
            {
                RandomAccess.SetLength(handle, length);
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        return new DurableFile(path, handle);
    });

    /// <summary>Writes a small file as a whole: under its name stand the old bytes or the new ones, never a part.</summary>
    /// <exception cref="MergeOpsException">The disk is full or does not allow it; the old file is untouched.</exception>
    public static void WriteAllBytesAtomically(string path, ReadOnlySpan<byte> bytes)
    {
        var full = Path.GetFullPath(path);
        var temporary = TemporaryFile.Beside(full);
        try
        {
            using var file = OpenOrCreate(temporary, bytes.Length);
            file.Write(0, bytes);
            file.Flush();
            if (OperatingSystem.IsWindows())
            {
                // which renames no file that is open; elsewhere the open file keeps others from taking it for a leftover
                file.Dispose();
            }

            DurableFolder.Rename(temporary, full);
        }
        catch (MergeOpsException)
        {
            if (File.Exists(temporary))
            {
                WriteFailure.Guard(temporary, () => File.Delete(temporary));
            }

            throw;
        }
    }

    /// <summary>Writes a file that a person named, as a whole. What is no plain file stays: a link, a pipe or a device would be replaced.</summary>
    /// <exception cref="MergeOpsException">It is no plain file, or the disk does not allow it; the old file is untouched.</exception>
    public static void WriteNamed(string path, ReadOnlySpan<byte> bytes)
    {
        var objection = new FileInfo(path).LinkTarget is not null
            ? "It is a link, which a file would replace. Name the file that it leads to."
            : PlainFile.Objection(path);
        if (objection is not null)
        {
            throw new MergeOpsException(Codes.WriteFailed, objection, SourceSpan.File(path));
        }

        WriteAllBytesAtomically(path, bytes);
    }

    /// <summary>
    /// Gives a file that is never changed in place a second name, or copies it where the file system cannot, and brings
    /// it to the disk.
    /// </summary>
    /// <exception cref="MergeOpsException">The disk is full or does not allow it.</exception>
    public static void LinkOrCopy(string source, string target)
    {
        if (!TryLink(source, target))
        {
            Copy(source, target);
        }
    }

    /// <summary>Gives a file that is never changed in place a second name, and brings it to the disk.</summary>
    /// <returns>False when the file system cannot, or the names lie on different ones.</returns>
    /// <exception cref="MergeOpsException">The bytes do not reach the disk.</exception>
    public static bool TryLink(string source, string target)
    {
        // The system would link a symbolic link itself.
        var real = RealPath.Of(source) ?? source;
        if (!(OperatingSystem.IsWindows() ? WindowsFiles.TryLink(real, target) : Posix.TryLink(real, target)))
        {
            return false;
        }

        Flush(target);
        return true;
    }

    /// <summary>Copies a file to a new name and brings it to the disk.</summary>
    /// <exception cref="MergeOpsException">The disk is full or does not allow it.</exception>
    public static void Copy(string source, string target) => WriteFailure.Guard(target, () =>
    {
        File.Copy(source, target);
        Flush(target);
    });

    /// <summary>Writes bytes at a position.</summary>
    /// <exception cref="MergeOpsException">The disk is full or failed.</exception>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        lock (turn)
        {
            WriteInTurn(offset, bytes);
        }
    }

    /// <summary>Writes bytes at a position, unless another thread is writing to the file right now.</summary>
    /// <returns>Whether it did.</returns>
    /// <exception cref="MergeOpsException">The disk is full or failed.</exception>
    public bool TryWrite(long offset, ReadOnlySpan<byte> bytes)
    {
        if (!turn.TryEnter())
        {
            return false;
        }

        try
        {
            WriteInTurn(offset, bytes);
            return true;
        }
        finally
        {
            turn.Exit();
        }
    }

    /// <summary>Lets the disk begin with bytes that are written, so that <see cref="Flush()"/> has less to wait for.</summary>
    public void StartFlush(long offset, long length)
    {
        if (!OperatingSystem.IsWindows())
        {
            Posix.StartFlush(handle, offset, length);
        }
    }

    /// <summary>Fills the buffer with what stands at a position now.</summary>
    /// <exception cref="MergeOpsException">The disk failed, or the file was cut short.</exception>
    public void Read(long offset, Span<byte> buffer) => ModelFile.ReadExactly(handle, path, offset, buffer);

    /// <summary>Brings all bytes to the disk. After a failure they may be lost: delete the file and write it again.</summary>
    /// <exception cref="MergeOpsException">The system could not.</exception>
    public void Flush() => WriteFailure.Guard(path, () => Flush(handle));

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    /// <summary>Brings the bytes of an open file to the disk.</summary>
    /// <exception cref="IOException">The system could not; the bytes may be lost.</exception>
    public static void Flush(SafeFileHandle handle)
    {
        if (OperatingSystem.IsWindows())
        {
            RandomAccess.FlushToDisk(handle);
        }
        else
        {
            Posix.Flush(handle);
        }
    }

    private void WriteInTurn(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw WriteFailure.Of(path, failure);
        }
    }

    private static void Flush(string path) => WriteFailure.Guard(path, () =>
    {
        var access = OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read;
        using var handle = File.OpenHandle(path, FileMode.Open, access);
        Flush(handle);
    });
}
