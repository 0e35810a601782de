using Microsoft.Win32.SafeHandles;

namespace MergeOps.Merging.Reading.Files;

/// <summary>Bytes that find no place in memory, for as long as somebody reads them. Belongs to one thread.</summary>
/// <param name="folder">Where the file lies; it is gone when this is disposed.</param>
internal sealed class ScratchFile(string folder) : IDisposable
{
    private SafeFileHandle? file;

    /// <summary>Writes at a place.</summary>
    public void Write(long place, ReadOnlySpan<byte> bytes) => RandomAccess.Write(file ??= Create(), bytes, place);

    /// <summary>Reads what was written at a place.</summary>
    public void Read(long place, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = RandomAccess.Read(file!, bytes, place);
            if (count == 0)
            {
                throw new EndOfStreamException($"a scratch file in {folder} ends at {place}");
            }

            bytes = bytes[count..];
            place += count;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();

    private SafeFileHandle Create()
    {
        Directory.CreateDirectory(folder);
        return File.OpenHandle(Path.Combine(folder, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
    }
}
