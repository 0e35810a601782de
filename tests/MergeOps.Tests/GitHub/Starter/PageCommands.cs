using System.Text.RegularExpressions;

namespace MergeOps.Tests.GitHub.Starter;

/// <summary>The commands that a page shows, in their order.</summary>
internal sealed partial class PageCommands
{
    private readonly Queue<string> blocks;

    /// <summary>Reads a page.</summary>
    /// <param name="path">From the repository's root.</param>
    public PageCommands(string path)
    {
        Text = File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");
        blocks = new(Block().Matches(Text).Select(match => string.Join('\n', match.Groups["line"].Captures.Select(line => line.Value.Trim()))));
    }

    /// <summary>The page.</summary>
    public string Text { get; }

    /// <summary>How many blocks of commands were not taken yet.</summary>
    public int Left => blocks.Count;

    /// <summary>The next block of commands.</summary>
    public string Next() => blocks.Dequeue();

    [GeneratedRegex(@"^ *```sh\n(?:(?<line>.*)\n)*?^ *```$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Block();
}
