using System.Globalization;
using System.Text;
using System.Text.Json;
using MergeOps.Diagnostics;

namespace MergeOps.Sources.Locking;

/// <summary>
/// The text of a lock, YAML laid out so that a diff is easy to read. What is written is canonical, one spelling for one
/// content; what is read may have been touched by other tools, and may be of any version.
/// </summary>
internal static class LockText
{
    /// <summary>The version that is written; every one from 1 on is read.</summary>
    public const int Version = 2;

    private const string Heading = "# Written by 'mergeops lock'; commit it with the recipe.";

    /// <summary>Writes a lock; entries keep the recipe's order.</summary>
    public static string Write(ModelLock modelLock)
    {
        var text = new StringBuilder()
            .Append(Heading).Append('\n')
            .Append(CultureInfo.InvariantCulture, $"version: {Version}\n")
            .Append("entries:\n");
        foreach (var entry in modelLock.Entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - kind: {entry.Kind.ToString().ToLowerInvariant()}\n")
                .Append(CultureInfo.InvariantCulture, $"    location: {Quoted(entry.Location)}\n");
            Append(text, "commit", entry.Commit);
            Append(text, "facts", entry.Metadata);
            Append(text, "gated", entry.Gated);
            if (!entry.Matches.IsEmpty)
            {
                text.Append("    matches:\n").AppendJoin("", entry.Matches.Select(match => $"      - {Quoted(match)}\n"));
            }

            text.Append("    files:\n");
            foreach (var file in entry.Files)
            {
                text.Append(CultureInfo.InvariantCulture, $"      - path: {Quoted(file.Path)}\n")
                    .Append(CultureInfo.InvariantCulture, $"        size: {file.Size}\n")
                    .Append(CultureInfo.InvariantCulture, $"        {file.Digest.ToString().Replace(":", ": ", StringComparison.Ordinal)}\n");
                if (entry.Blocks.TryGetValue(file.Path, out var blocks))
                {
                    text.Append(CultureInfo.InvariantCulture, $"        blocks: {blocks}\n");
                }
            }
        }

        return text.ToString();
    }

    /// <summary>Reads a lock of any version.</summary>
    /// <exception cref="MergeOpsException">The text is not a lock, or of a newer version.</exception>
    public static ModelLock Read(string path, string text) => new LockReader(path, text).Read();

    private static void Append(StringBuilder text, string key, string? value)
    {
        if (value is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {key}: {value}\n");
        }
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
