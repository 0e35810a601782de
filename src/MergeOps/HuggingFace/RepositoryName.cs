namespace MergeOps.HuggingFace;

/// <summary>The name of a repository on the Hub: <c>owner/name</c>, or one part for the oldest models.</summary>
internal sealed record RepositoryName
{
    private const int LongestPart = 96;

    private RepositoryName(string? owner, string name) => (Owner, Name) = (owner, name);

    /// <summary>The user or organisation; null for names of one part, such as <c>gpt2</c>.</summary>
    public string? Owner { get; }

    /// <summary>The part behind the owner.</summary>
    public string Name { get; }

    /// <summary>Reads a name by the rules of the Hub's Python client, ASCII only; null when it breaks one.</summary>
    public static RepositoryName? TryParse(string text)
    {
        var parts = text.Split('/');
        return parts.Length <= 2 && parts.All(IsPart)
            && !text.Contains("--", StringComparison.Ordinal)
            && !text.Contains("..", StringComparison.Ordinal)
            && !text.EndsWith(".git", StringComparison.Ordinal)
            ? new RepositoryName(parts.Length == 2 ? parts[0] : null, parts[^1])
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Owner is null ? Name : $"{Owner}/{Name}";

    private static bool IsPart(string part) =>
        part.Length is > 0 and <= LongestPart && IsWord(part[0]) && IsWord(part[^1]) && part.All(c => IsWord(c) || c is '-' or '.');

    private static bool IsWord(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';
}
