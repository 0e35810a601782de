namespace MergeOps.TestHub.Http;

/// <summary>
/// A pattern of a path, matched on escaped segments because a revision may hold an escaped slash.
/// <c>{id}</c> takes one or two segments, and <c>datasets/</c> before them, <c>{sha}</c> a whole commit id, <c>{*path}</c> the rest, any other name one segment.
/// </summary>
internal sealed class RoutePattern(string pattern)
{
    private readonly string[] parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The values of the names if a path has this form, unescaped; else null.</summary>
    public Dictionary<string, string>? Match(string[] segments)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        return Match(0, segments, 0, values) ? values : null;
    }

    private bool Match(int part, string[] segments, int segment, Dictionary<string, string> values)
    {
        if (part == parts.Length)
        {
            return segment == segments.Length;
        }

        var left = segments.Length - segment;
        switch (parts[part])
        {
            case "{*path}":
                values["path"] = string.Join('/', segments[segment..].Select(Uri.UnescapeDataString));
                return true;
            case "{id}":
                return (IsDataset() && (Takes(3) || Takes(2))) || Takes(2) || Takes(1);
            case "{id}.git":
                return TakesGit(2) || TakesGit(1);
            case "{sha}" when left == 0 || segments[segment].Length != 40:
                return false;
            case "{rev}" when left >= 3 && segments[segment] == "refs" && segments[segment + 1] == "pr":
                // the JavaScript client does not escape the slashes
                return Bind("rev", "refs/pr/" + segments[segment + 2]) && Match(part + 1, segments, segment + 3, values);
            case ['{', .. var name, '}']:
                return left > 0 && Bind(name, Uri.UnescapeDataString(segments[segment])) && Match(part + 1, segments, segment + 1, values);
            default:
                return left > 0 && segments[segment] == parts[part] && Match(part + 1, segments, segment + 1, values);
        }

        // a data set's id has its word before it, as on the Hub's pages
        bool IsDataset() => left > 0 && segments[segment] == "datasets";

        bool Takes(int count) =>
            left >= count
            && Bind("id", string.Join('/', segments[segment..(segment + count)].Select(Uri.UnescapeDataString)))
            && Match(part + 1, segments, segment + count, values);

        bool TakesGit(int count) =>
            left >= count
            && segments[segment + count - 1].EndsWith(".git", StringComparison.Ordinal)
            && Bind("id", string.Join('/', segments[segment..(segment + count)].Select(Uri.UnescapeDataString))[..^4])
            && Match(part + 1, segments, segment + count, values);

        bool Bind(string name, string value)
        {
            values[name] = value;
            return true;
        }
    }
}
