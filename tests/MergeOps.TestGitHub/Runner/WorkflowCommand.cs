namespace MergeOps.TestGitHub.Runner;

/// <summary>A line of output that speaks to the runner: <c>::name property=value,…::data</c>.</summary>
/// <param name="Name">What is asked for.</param>
/// <param name="Properties">The properties, without their escapes.</param>
/// <param name="Data">What stands behind, without its escapes.</param>
internal sealed record WorkflowCommand(string Name, IReadOnlyDictionary<string, string> Properties, string Data)
{
    private const string Mark = "::";

    /// <summary>The command of a line, or null for a line of text.</summary>
    public static WorkflowCommand? Find(string line)
    {
        var text = line.TrimStart();
        var end = text.StartsWith(Mark, StringComparison.Ordinal) ? text.IndexOf(Mark, Mark.Length, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            return null;
        }

        var parts = text[Mark.Length..end].Split(' ', 2);
        var properties = parts is [_, var listed]
            ? listed.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0].Trim(), pair => Unescape(pair[1]))
            : [];
        return new(parts[0], properties, Unescape(text[(end + Mark.Length)..]));
    }

    private static string Unescape(string text) => text
        .Replace("%3A", ":", StringComparison.Ordinal)
        .Replace("%2C", ",", StringComparison.Ordinal)
        .Replace("%0D", "\r", StringComparison.Ordinal)
        .Replace("%0A", "\n", StringComparison.Ordinal)
        .Replace("%25", "%", StringComparison.Ordinal);
}
