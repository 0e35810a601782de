using System.Text;
using System.Text.RegularExpressions;

namespace MergeOps.TestHub.Storage;

/// <summary>The patterns of <c>.gitattributes</c> and <c>.gitignore</c>, as far as model repositories use them.</summary>
internal static class GitPatterns
{
    /// <summary>What the Hub puts into a new repository.</summary>
    public static byte[] DefaultAttributes { get; } = Encoding.ASCII.GetBytes(string.Concat(
        new[] { "*.7z", "*.arrow", "*.bin", "*.gz", "*.h5", "*.model", "*.msgpack", "*.npy", "*.onnx", "*.parquet", "*.pickle", "*.pkl", "*.pt", "*.pth", "*.safetensors", "saved_model/**/*", "*.tar", "*.zip", "*.zst", "*tfevents*" }
            .Select(pattern => $"{pattern} filter=lfs diff=lfs merge=lfs -text\n")));

    /// <summary>True where the attributes give a path to LFS; the last line that matches decides.</summary>
    public static bool IsLfs(string attributes, string path)
    {
        var isLfs = false;
        foreach (var line in Lines(attributes))
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (Matches(words[0], path))
            {
                isLfs = words.Skip(1).LastOrDefault(word => word.StartsWith("filter=", StringComparison.Ordinal) || word == "-filter") switch
                {
                    null => isLfs,
                    "filter=lfs" => true,
                    _ => false,
                };
            }
        }

        return isLfs;
    }

    /// <summary>True where an ignore file leaves a path out.</summary>
    public static bool IsIgnored(string ignore, string path)
    {
        var ignored = false;
        foreach (var line in Lines(ignore))
        {
            var (negated, pattern) = line[0] == '!' ? (true, line[1..]) : (false, line);
            var inside = pattern.EndsWith('/') && (path.StartsWith(pattern.TrimStart('/'), StringComparison.Ordinal) || path.Contains('/' + pattern, StringComparison.Ordinal));
            if (inside || Matches(pattern, path))
            {
                ignored = !negated;
            }
        }

        return ignored;
    }

    private static IEnumerable<string> Lines(string text) =>
        text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');

    private static bool Matches(string pattern, string path)
    {
        // without a slash a pattern speaks of the name alone
        var subject = pattern.Contains('/', StringComparison.Ordinal) ? path : path[(path.LastIndexOf('/') + 1)..];
        var regex = Regex.Escape(pattern.TrimStart('/'))
            .Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal)
            .Replace(@"\*\*", ".*", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal)
            .Replace(@"\?", "[^/]", StringComparison.Ordinal);
        return Regex.IsMatch(subject, $"^{regex}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }
}
