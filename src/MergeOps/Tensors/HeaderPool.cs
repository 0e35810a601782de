using System.Collections.Immutable;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace MergeOps.Tensors;

/// <summary>
/// The texts and shapes that headers repeat, each once: models of one architecture have the same names, and most of their
/// tensors few shapes.
/// </summary>
internal sealed class HeaderPool
{
    // names come from anyone: nobody may choose those that meet in one place
    private readonly long seed;
    private readonly HeaderPool? before;
    private readonly Dictionary<ImmutableArray<ulong>, ImmutableArray<long>> signed = [];
    private readonly HashSet<ImmutableArray<ulong>> shapes;
    private readonly HashSet<ImmutableArray<ulong>>.AlternateLookup<ReadOnlySpan<ulong>> shapesOf;
    private (uint Hash, string? Text)[] texts = new (uint, string?)[256];
    private int count;
    private SortedNames? names;

    /// <summary>Has nothing yet.</summary>
    public HeaderPool()
        : this(null)
    {
    }

    private HeaderPool(HeaderPool? before)
    {
        this.before = before;
        seed = before?.seed ?? Random.Shared.NextInt64();
        Entries = new(before?.Entries.Count ?? 0);
        Seen = new(before?.Seen.Count ?? 0, ReferenceEqualityComparer.Instance);
        shapes = new(new ShapeComparer());
        shapesOf = shapes.GetAlternateLookup<ReadOnlySpan<ulong>>();
    }

    /// <summary>The entries of one header after the other, in memory that is used again.</summary>
    public List<HeaderEntry> Entries { get; }

    /// <summary>The names of one header after the other, in memory that is used again; the pool gives one object for one text.</summary>
    public HashSet<string> Seen { get; }

    /// <summary>
    /// A pool for headers that are read at the same time as others: it gives what this one has, and keeps to itself what comes
    /// new. Nothing may be added to this one any more.
    /// </summary>
    public HeaderPool Beside() => new(this);

    /// <summary>A text; the same object for the same text.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    public string Text(ReadOnlySpan<byte> utf8)
    {
        var hash = (uint)XxHash3.HashToUInt64(utf8, seed);
        if (before is not null && before.texts[before.PlaceOf(hash, utf8)].Text is { } older)
        {
            return older;
        }

        var place = PlaceOf(hash, utf8);
        if (texts[place].Text is { } known)
        {
            return known;
        }

        var text = Encoding.UTF8.GetString(utf8);
        texts[place] = (hash, text);
        if (++count > texts.Length / 2)
        {
            Grow();
        }

        return text;
    }

    /// <summary>A shape as headers write it; the same array for the same numbers.</summary>
    public ImmutableArray<ulong> Shape(ReadOnlySpan<ulong> dimensions)
    {
        if (before is not null && before.shapesOf.TryGetValue(dimensions, out var older))
        {
            return older;
        }

        if (!shapesOf.TryGetValue(dimensions, out var known))
        {
            shapes.Add(known = [.. dimensions]);
        }

        return known;
    }

    /// <summary>The names of a model; the same object for equal names as those of the model before.</summary>
    /// <param name="sorted">In ordinal order.</param>
    public SortedNames Names(string[] sorted) =>
        before?.names is { } older && older.AreThose(sorted) ? older
        : names is not null && names.AreThose(sorted) ? names
        : names = new(sorted);

    /// <summary>The place of a shape to compute with, for one of <see cref="Shape"/>; without a value until one is put there.</summary>
    public ref ImmutableArray<long> Signed(ImmutableArray<ulong> shape)
    {
        ref var own = ref CollectionsMarshal.GetValueRefOrAddDefault(signed, shape, out var isKnown);
        if (!isKnown && before is not null && before.signed.TryGetValue(shape, out var older))
        {
            own = older;
        }

        return ref own;
    }

    private int PlaceOf(uint hash, ReadOnlySpan<byte> utf8)
    {
        var place = (int)(hash & (uint)(texts.Length - 1));
        while (texts[place] is (var other, { } text) && (other != hash || !IsEqual(text, utf8)))
        {
            place = (place + 1) & (texts.Length - 1);
        }

        return place;
    }

    private static bool IsEqual(string text, ReadOnlySpan<byte> utf8) =>
        Ascii.IsValid(utf8) ? Ascii.Equals(utf8, text) : text == Encoding.UTF8.GetString(utf8);

    private void Grow()
    {
        var grown = new (uint Hash, string? Text)[2 * texts.Length];
        foreach (var entry in texts.Where(entry => entry.Text is not null))
        {
            var place = (int)(entry.Hash & (uint)(grown.Length - 1));
            while (grown[place].Text is not null)
            {
                place = (place + 1) & (grown.Length - 1);
            }

            grown[place] = entry;
        }

        texts = grown;
    }

    private sealed class ShapeComparer : IEqualityComparer<ImmutableArray<ulong>>, IAlternateEqualityComparer<ReadOnlySpan<ulong>, ImmutableArray<ulong>>
    {
        public bool Equals(ImmutableArray<ulong> one, ImmutableArray<ulong> other) => one.AsSpan().SequenceEqual(other.AsSpan());

        public bool Equals(ReadOnlySpan<ulong> alternate, ImmutableArray<ulong> other) => alternate.SequenceEqual(other.AsSpan());

        public int GetHashCode(ImmutableArray<ulong> shape) => GetHashCode(shape.AsSpan());

        public int GetHashCode(ReadOnlySpan<ulong> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(MemoryMarshal.AsBytes(alternate));
            return hash.ToHashCode();
        }

        public ImmutableArray<ulong> Create(ReadOnlySpan<ulong> alternate) => [.. alternate];
    }
}
