using System.Collections.Immutable;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Sources.Locking;

/// <summary>What an entry of a lock pins.</summary>
internal enum LockedKind
{
    /// <summary>A whole model.</summary>
    Model,

    /// <summary>An adapter that is applied to a model.</summary>
    Adapter,

    /// <summary>Data that something is measured on.</summary>
    Dataset,

    /// <summary>Statistics of a model on data.</summary>
    Statistics,
}

/// <summary>One thing that a recipe names, with every file of it that is used, in ordinal order of the paths.</summary>
/// <param name="Location">Where it lies, as the recipe writes it.</param>
/// <param name="Files">The files.</param>
internal sealed record LockedEntry(string Location, FileListing Files)
{
    /// <summary>What it is.</summary>
    public LockedKind Kind { get; init; } = LockedKind.Model;

    /// <summary>The commit of what lies on the Hub, 40 hex digits; null for what is local.</summary>
    public string? Commit { get; init; }

    /// <summary>The SHA-256 of the metadata file that plans read instead of a model or adapter on the Hub; null for everything else.</summary>
    public string? Metadata { get; init; }

    /// <summary>Who may download it, as the Hub says: <c>auto</c> or <c>manual</c>; null when everybody may, and for what is local.</summary>
    public string? Gated { get; init; }

    /// <summary>What a location with wildcards stood for, in ordinal order; empty for a location without.</summary>
    public ImmutableArray<string> Matches { get; init; } = [];

    /// <summary>The digests of the blocks of weight files by the files' paths, as <see cref="Tensors.BlockDigests"/> has them, in lower-case hex; a file need not have any.</summary>
    public ImmutableSortedDictionary<string, string> Blocks { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The same thing with what another recipe uses of it, too; it was locked later, so it says how much of the metadata is kept.</summary>
    public LockedEntry With(LockedEntry later) => later with { Files = Files.With(later.Files) };
}

/// <summary>What a recipe's inputs are, down to the byte; lies beside the recipe as <c>NAME.lock.yml</c>.</summary>
internal sealed record ModelLock(ImmutableArray<LockedEntry> Entries)
{
    /// <summary>A lock of nothing.</summary>
    public static ModelLock Empty { get; } = new([]);

    /// <summary>The models and adapters among the entries.</summary>
    public ImmutableArray<LockedEntry> Models => [.. Entries.Where(entry => entry.Kind is LockedKind.Model or LockedKind.Adapter)];

    /// <summary>The lock's path for a recipe's path; the variants of a file share one.</summary>
    public static string PathFor(string recipePath) => BesideRecipe.Lock(recipePath);

    /// <summary>A lock of this and of what another recipe uses.</summary>
    public ModelLock With(ModelLock later)
    {
        var merged = Entries.Select(entry => later.Find(entry.Location, entry.Kind) is { } more ? entry.With(more) : entry);
        return new([.. merged, .. later.Entries.Where(entry => Find(entry.Location, entry.Kind) is null)]);
    }

    /// <summary>What a lock has for one recipe of its file.</summary>
    public ModelLock For(IEnumerable<(LockedKind Kind, string Location)> used)
    {
        var names = used.ToHashSet();
        return new([.. Entries.Where(entry => names.Contains((entry.Kind, entry.Location)))]);
    }

    /// <summary>The files of something, or null when it is not locked.</summary>
    /// <param name="location">As the recipe names it.</param>
    /// <param name="kind">What it is.</param>
    public LockedEntry? Find(string location, LockedKind kind = LockedKind.Model) => Entries.FirstOrDefault(locked => locked.Kind == kind && locked.Location == location);
}
