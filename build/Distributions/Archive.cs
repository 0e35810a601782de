using System.Formats.Tar;
using System.IO.Compression;

namespace Distributions;

/// <summary>The program in one file to unpack: zip on Windows, tar with gzip elsewhere. The same files give the same bytes.</summary>
internal static class Archive
{
    private const string Zip = ".zip", Tar = ".tar.gz";

    /// <summary>The folder that an archive unpacks to.</summary>
    public static string NameOf(string archive) => Path.GetFileName(archive)[..^(archive.EndsWith(Zip, StringComparison.Ordinal) ? Zip : Tar).Length];

    /// <summary>Writes it.</summary>
    /// <param name="program">What goes in, below a folder with the archive's name.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="time">The time that every file in it gets.</param>
    /// <returns>Its path.</returns>
    public static string Write(PublishedProgram program, string folder, DateTimeOffset time)
    {
        var name = $"mergeops-{program.Version}-{program.Platform.Rid}";
        DistributedFile[] files = [.. program.FilesBelow(name), DistributedFile.Embedded("LICENSE", $"{name}/LICENSE"), DistributedFile.Embedded("README.md", $"{name}/README.md")];
        var isForWindows = program.Platform.ProgramSuffix.Length > 0;
        var path = Path.Combine(folder, name + (isForWindows ? Zip : Tar));
        using var output = File.Create(path);
        if (isForWindows)
        {
            ZipFiles.Write(output, files, time);
        }
        else
        {
            WriteTar(output, files, time);
        }

        return path;
    }

    private static void WriteTar(Stream output, IEnumerable<DistributedFile> files, DateTimeOffset time)
    {
        using var compressed = new GZipStream(output, CompressionLevel.Optimal);
        using var tar = new TarWriter(compressed, TarEntryFormat.Ustar);
        foreach (var file in files)
        {
            using var content = file.Open();
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, file.Name) { Mode = file.Mode, ModificationTime = time, DataStream = content });
        }
    }
}
