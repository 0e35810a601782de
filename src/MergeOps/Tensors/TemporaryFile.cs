using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace MergeOps.Tensors;

/// <summary>Names of files that are being written, and the removal of those that a process left which ended too early.</summary>
internal static partial class TemporaryFile
{
    // once for each folder: some hold thousands of files
    private static readonly ConcurrentDictionary<string, bool> Swept = new(StringComparer.Ordinal);

    /// <summary>A name beside a file that nobody else uses; what earlier processes left in that folder is gone.</summary>
    /// <param name="path">The file's absolute path.</param>
    public static string Beside(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (Swept.TryAdd(folder, true))
        {
            Sweep(folder);
        }

        return Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
    }

    private static void Sweep(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var left in Directory.EnumerateFiles(folder, ".*.tmp").Where(file => Name().IsMatch(Path.GetFileName(file)) && PlainFile.Objection(file) is null))
        {
            try
            {
                // whoever still writes to one has it open
                using var unused = File.OpenHandle(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                File.Delete(left);
            }
            catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
            {
                // in use, or somebody else's: it disturbs nobody
            }
        }
    }

    [GeneratedRegex(@"\A\..+\.[0-9a-f]{32}\.tmp\z", RegexOptions.Singleline, 1000)]
    private static partial Regex Name();
}
