using System.Security.Cryptography;
using System.Text.Json;

namespace QuickstartModels;

/// <summary>Writes the tasks' items, the held-out text and the list of digests.</summary>
internal static class DataFiles
{
    private const string DigestList = "SHA256SUMS";

    private static readonly JsonSerializerOptions Lines = new(JsonSerializerDefaults.Web);

    /// <summary>One file for each task and split, one object a line.</summary>
    public static void WriteTasks(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var task in SkillTask.All)
        {
            foreach (var split in (ItemSplit[])[ItemSplit.Validation, ItemSplit.Test])
            {
                File.WriteAllText(
                    Path.Combine(folder, $"{task.Name}.{split.Name}.jsonl"),
                    string.Concat(split.Items(task).Select(item => JsonSerializer.Serialize(item, Lines) + "\n")));
            }
        }
    }

    /// <summary>A text file that ends with a line feed.</summary>
    public static void WriteText(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
    }

    /// <summary>SHA-256 of every file below the folder but its README, as <c>sha256sum --check</c> reads it.</summary>
    public static void WriteDigests(string folder)
    {
        var lines = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(file => file is not (DigestList or "README.md"))
            .Order(StringComparer.Ordinal)
            .Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, file))))}  {file}\n");
        File.WriteAllText(Path.Combine(folder, DigestList), string.Concat(lines));
    }
}
