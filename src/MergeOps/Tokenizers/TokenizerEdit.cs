using System.Collections.Immutable;

namespace MergeOps.Tokenizers;

/// <summary>A token under an id.</summary>
/// <param name="Id">The id.</param>
/// <param name="Token">The token.</param>
internal sealed record PlacedToken(int Id, AddedToken Token);

/// <summary>A reserved place that gets a name.</summary>
/// <param name="Id">Its id.</param>
/// <param name="From">The text so far.</param>
/// <param name="To">The token that takes the place.</param>
internal sealed record NamedPlace(int Id, string From, AddedToken To);

/// <summary>What the output's tokenizer has beyond the files of the model that gives it.</summary>
internal sealed record TokenizerEdit
{
    /// <summary>Nothing.</summary>
    public static TokenizerEdit None { get; } = new();

    /// <summary>Tokens behind all others, in the order of their ids.</summary>
    public ImmutableArray<PlacedToken> Appended { get; init; } = [];

    /// <summary>Reserved places that get names, in the order of their ids.</summary>
    public ImmutableArray<NamedPlace> Named { get; init; } = [];

    /// <summary>Tokens that share no place with a token of another name.</summary>
    public ImmutableHashSet<string> Apart { get; init; } = [];

    /// <summary>The chat template; null keeps that of the files.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Whether tokens change.</summary>
    public bool ChangesTokens => Appended.Length + Named.Length > 0;

    /// <summary>Whether nothing changes.</summary>
    public bool IsEmpty => !ChangesTokens && ChatTemplate is null;
}
