using System.IO.Compression;

namespace Distributions;

/// <summary>Zip files whose bytes follow from their content alone.</summary>
internal static class ZipFiles
{
    // stat.h: a regular file; a zip made on Unix holds the mode in the upper half
    private const int RegularFile = 0x8000;
    private const int UpperHalf = 16;

    /// <summary>Writes files in the order given.</summary>
    /// <param name="output">Where they go.</param>
    /// <param name="files">The files.</param>
    /// <param name="time">The time that each of them gets; zip knows none before 1980.</param>
    public static void Write(Stream output, IEnumerable<DistributedFile> files, DateTimeOffset time)
    {
        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var file in files)
        {
            var entry = zip.CreateEntry(file.Name, CompressionLevel.Optimal);
            entry.LastWriteTime = time;
            entry.ExternalAttributes = (RegularFile | (int)file.Mode) << UpperHalf;
            using var content = file.Open();
            using var written = entry.Open();
            content.CopyTo(written);
        }
    }
}
