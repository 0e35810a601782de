using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Runtime.Natives;

/// <summary>
/// Brings the native files of unpacked NuGet packages into one folder. The packages of libtorch for CUDA cut files that
/// are too large for a feed into pieces: <c>NAME-primary</c> holds the first piece of a file and the SHA-256 of the
/// whole, <c>NAME-fragment1</c> and its followers the rest.
/// </summary>
internal static class NativeFiles
{
    /// <summary>Gathers.</summary>
    /// <param name="packages">A folder of packages as NuGet unpacks them: <c>name/version/</c>.</param>
    /// <param name="rid">The system whose files to take.</param>
    /// <param name="target">An empty folder on the same disk.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">A joined file is not what its package says, or the disk does not allow it.</exception>
    public static void Gather(string packages, string rid, string target, CancellationToken cancellation)
    {
        foreach (var package in Directory.EnumerateDirectories(packages).SelectMany(Directory.EnumerateDirectories))
        {
            var natives = Path.Combine(package, "runtimes", rid, "native");
            if (!Directory.Exists(natives))
            {
                continue;
            }

            foreach (var file in Directory.EnumerateFiles(natives).Where(file => !file.EndsWith(".sha", StringComparison.Ordinal)))
            {
                cancellation.ThrowIfCancellationRequested();
                var whole = Path.Combine(target, Path.GetFileName(file));
                if (File.Exists(file + ".sha"))
                {
                    Join([file, .. Fragments(package, file)], whole, cancellation);
                    Check(whole, File.ReadAllText(file + ".sha").Trim(), cancellation);
                }
                else
                {
                    DurableFile.LinkOrCopy(file, whole);
                }
            }
        }
    }

    private static IEnumerable<string> Fragments(string package, string primary)
    {
        for (var number = 1; ; number++)
        {
            var fragment = string.Create(CultureInfo.InvariantCulture, $"fragment{number}");
            var path = Path.Combine(
                package.Replace("-primary", "-" + fragment, StringComparison.Ordinal),
                "fragments",
                Path.GetRelativePath(Path.Combine(package, "runtimes"), primary) + "." + fragment);
            if (!File.Exists(path))
            {
                yield break;
            }

            yield return path;
        }
    }

    private static void Join(IReadOnlyList<string> pieces, string whole, CancellationToken cancellation) => WriteFailure.Guard(whole, () =>
    {
        using var output = new FileStream(whole, FileMode.CreateNew, FileAccess.Write);
        foreach (var piece in pieces)
        {
            cancellation.ThrowIfCancellationRequested();
            using var input = File.OpenRead(piece);
            input.CopyTo(output);
        }

        output.Flush();
        DurableFile.Flush(output.SafeFileHandle);
    });

    private static void Check(string path, string expected, CancellationToken cancellation)
    {
        var actual = FileDigests.Sha256(path, cancellation);
        if (!actual.Equals(expected, StringComparison.OrdinalIgnoreCase))
        {
            throw new MergeOpsException(
                Codes.NativesNotInstalled,
                $"{Path.GetFileName(path)}, joined from its packages, has the SHA-256 {actual}; the first package says {TerminalText.Quoted(expected)}.");
        }
    }
}
