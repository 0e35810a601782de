namespace MergeOps.TestGitHub.Runner;

/// <summary>
/// A file through which a step hands values over (<c>GITHUB_OUTPUT</c>, <c>GITHUB_ENV</c>, <c>GITHUB_STATE</c>), read by
/// the runner's rules: <c>name=value</c>, or <c>name&lt;&lt;END</c> with the lines up to <c>END</c>; whichever of
/// <c>=</c> and <c>&lt;&lt;</c> comes first decides.
/// </summary>
internal static class EnvironmentFile
{
    /// <summary>The values by name; of several with one name the last.</summary>
    /// <exception cref="FormatException">The runner would end the job.</exception>
    public static Dictionary<string, string> Read(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = text;
        while (TryTakeLine(ref rest, out var line, out _))
        {
            if (line.Length == 0)
            {
                continue;
            }

            var (equals, heredoc) = (line.IndexOf('=', StringComparison.Ordinal), line.IndexOf("<<", StringComparison.Ordinal));
            if (equals >= 0 && (heredoc < 0 || equals < heredoc))
            {
                values[Name(line[..equals])] = line[(equals + 1)..];
            }
            else if (heredoc >= 0)
            {
                values[Name(line[..heredoc])] = TakeUntil(Name(line[(heredoc + 2)..]), ref rest);
            }
            else
            {
                throw new FormatException($"Invalid format '{line}'");
            }
        }

        return values;
    }

    private static string TakeUntil(string delimiter, ref string rest)
    {
        List<string> lines = [];
        while (TryTakeLine(ref rest, out var line, out var hasEnd))
        {
            if (line == delimiter)
            {
                return string.Join('\n', lines);
            }

            lines.Add(hasEnd ? line : throw new FormatException($"Invalid value. EOF value must be newline terminated: '{line}'"));
        }

        throw new FormatException($"Invalid value. Matching delimiter not found '{delimiter}'");
    }

    private static bool TryTakeLine(ref string rest, out string line, out bool hasEnd)
    {
        var end = rest.IndexOf('\n', StringComparison.Ordinal);
        hasEnd = end >= 0;
        line = hasEnd ? rest[..end].TrimEnd('\r') : rest;
        var isThere = rest.Length > 0;
        rest = hasEnd ? rest[(end + 1)..] : "";
        return isThere;
    }

    private static string Name(string text) => text.Length > 0 ? text : throw new FormatException("Invalid format: a name or delimiter is empty");
}
