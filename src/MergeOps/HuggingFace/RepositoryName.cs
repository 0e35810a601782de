using System.Collections.Immutable;

namespace MergeOps.HuggingFace;

/// <summary>The name of a repository on the Hub: <c>owner/name</c>, or one part for the oldest ones; <c>datasets/</c> stands before it where it holds data.</summary>
internal sealed record RepositoryName
{
    private const int LongestPart = 96;

    private RepositoryName(RepositoryKind kind, string? owner, string name) => (Kind, Owner, Name) = (kind, owner, name);

    /// <summary>The kinds of repositories whose files are read, by the words that the Hub's addresses and its cache have for them.</summary>
    public static ImmutableSortedDictionary<string, RepositoryKind> Collections { get; } = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal, [KeyValuePair.Create("models", RepositoryKind.Model), KeyValuePair.Create("datasets", RepositoryKind.Dataset)]);

    /// <summary>What it holds.</summary>
    public RepositoryKind Kind { get; }

    /// <summary>The user or organisation; null for names of one part, such as <c>gpt2</c>.</summary>
    public string? Owner { get; }

    /// <summary>The part behind the owner.</summary>
    public string Name { get; }

    /// <summary>The name among repositories of its kind.</summary>
    public string Id => Owner is null ? Name : $"{Owner}/{Name}";

    /// <summary>The Hub's word for repositories of its kind.</summary>
    public string Collection => Collections.First(collection => collection.Value == Kind).Key;

    /// <summary>Reads a name by the rules of the Hub's Python client, ASCII only; null when it breaks one.</summary>
    /// <param name="text">The name among repositories of its kind.</param>
    /// <param name="kind">What the repository holds.</param>
    public static RepositoryName? TryParse(string text, RepositoryKind kind = RepositoryKind.Model)
    {
        var parts = text.Split('/');
        return parts.Length <= 2 && parts.All(IsPart)
            && !text.Contains("--", StringComparison.Ordinal)
            && !text.Contains("..", StringComparison.Ordinal)
            && !text.EndsWith(".git", StringComparison.Ordinal)
            ? new RepositoryName(kind, parts.Length == 2 ? parts[0] : null, parts[^1])
            : null;
    }

    /// <summary>The name as the Hub's pages have it.</summary>
    public override string ToString() => Kind is RepositoryKind.Model ? Id : $"{Collection}/{Id}";

    private static bool IsPart(string part) =>
        part.Length is > 0 and <= LongestPart && IsWord(part[0]) && IsWord(part[^1]) && part.All(c => IsWord(c) || c is '-' or '.');

    private static bool IsWord(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';
}
