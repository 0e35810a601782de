using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// Files as they are read whole. What is no plain file is refused before it is opened: a pipe without a writer would
/// block for ever, and a device may have no end.
/// </summary>
internal static class PlainFile
{
    /// <summary>The most bytes of a file that is read whole where nothing else is said.</summary>
    public const int Largest = 64 << 20;

    /// <summary>Why what lies at a path is no plain file, as a sentence; null when it is one, or nothing is there.</summary>
    public static string? Objection(string path) =>
        Directory.Exists(path) ? "It is a folder, not a file."
        : !OperatingSystem.IsWindows() && !Posix.IsPlain(path) ? "It is a pipe or a device, not a file."
        : null;

    /// <summary>All bytes of a file.</summary>
    /// <exception cref="IOException">It is no plain file, larger than that, or the system does not let us read it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] Read(string path, int largest = Largest)
    {
        if (Objection(path) is { } objection)
        {
            throw new IOException(objection);
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // some files of the system say that they are empty, and others grow while they are read
        var bytes = new byte[Math.Min(Math.Max(file.Length, 4096), largest) + 1];
        var length = 0;
        while (file.Read(bytes.AsSpan(length)) is > 0 and var read)
        {
            length += read;
            if (length > largest)
            {
                throw new IOException($"It has more than {ByteText.Of(largest)}, the limit for a file of its kind.");
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(2L * bytes.Length, largest + 1L));
            }
        }

        return bytes[..length];
    }

    /// <summary>A file as text in UTF-8, without a byte order mark.</summary>
    /// <exception cref="IOException">It is no plain file, larger than that, or the system does not let us read it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static string ReadText(string path, int largest = Largest) => Encoding.UTF8.GetString(Read(path, largest)).TrimStart('\uFEFF');

    /// <summary>A file of this program's own memory as text; null when it is not there, or cannot be read, and so remembers nothing.</summary>
    public static string? Recall(string path, int largest = Largest)
    {
        try
        {
            return File.Exists(path) ? ReadText(path, largest) : null;
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
