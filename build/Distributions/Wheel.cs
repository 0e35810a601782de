using System.Security.Cryptography;
using System.Text;

namespace Distributions;

/// <summary>
/// The program as a wheel of Python (binary distribution format, PEP 427): the files of <c>mergeops/</c> go into an
/// environment as they are. The same files give the same bytes.
/// </summary>
internal static class Wheel
{
    private const string Module = "mergeops";

    /// <summary>Writes it.</summary>
    /// <param name="program">What it brings, without libtorch.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="time">The time that every file in it gets.</param>
    /// <param name="repository">The address of the repository; null where that is nobody's business.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="FormatException">The version has no meaning in Python.</exception>
    public static string Write(PublishedProgram program, string folder, DateTimeOffset time, string? repository)
    {
        var version = PythonVersion.Of(program.Version);
        var tag = $"py3-none-{program.Platform.WheelTag}";
        var information = $"{Module}-{version}.dist-info";
        DistributedFile[] files =
        [
            DistributedFile.Embedded($"{Module}/__init__.py", $"{Module}/__init__.py"),
            DistributedFile.Embedded($"{Module}/__main__.py", $"{Module}/__main__.py"),
            .. program.FilesBelow($"{Module}/program"),
            // what describes the rest comes last, so that it can be replaced without writing the rest anew
            DistributedFile.Of($"{information}/METADATA", Encoding.UTF8.GetBytes(WheelMetadata.Of(program, version, repository))),
            DistributedFile.Of($"{information}/WHEEL", Encoding.UTF8.GetBytes($"Wheel-Version: 1.0\nGenerator: MergeOps\nRoot-Is-Purelib: false\nTag: {tag}\n")),
            DistributedFile.Of($"{information}/entry_points.txt", Encoding.UTF8.GetBytes($"[console_scripts]\n{Module} = {Module}.__main__:main\n")),
            DistributedFile.Embedded("LICENSE", $"{information}/licenses/LICENSE"),
        ];
        var record = $"{information}/RECORD";
        var path = Path.Combine(folder, $"{Module}-{version}-{tag}.whl");
        using var output = File.Create(path);
        ZipFiles.Write(output, [.. files, DistributedFile.Of(record, Encoding.UTF8.GetBytes(string.Concat(files.Select(Line)) + $"{record},,\n"))], time);
        return path;
    }

    // the name, the SHA-256 in the URL alphabet without padding, the size; no name here holds a comma
    private static string Line(DistributedFile file)
    {
        using var content = file.Open();
        var digest = Convert.ToBase64String(SHA256.HashData(content)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return $"{file.Name},sha256={digest},{content.Length}\n";
    }
}
