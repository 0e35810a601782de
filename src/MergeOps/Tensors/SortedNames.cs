namespace MergeOps.Tensors;

/// <summary>The names of tensors in ordinal order, and where each of them stands.</summary>
internal sealed class SortedNames
{
    private readonly string[] names;

    // names of few models are looked up
    private Dictionary<string, int>? places;

    /// <summary>The names.</summary>
    /// <param name="names">In ordinal order.</param>
    /// <exception cref="ArgumentException">They are in another order, or one occurs twice.</exception>
    public SortedNames(string[] names)
    {
        for (var place = 1; place < names.Length; place++)
        {
            if (string.CompareOrdinal(names[place - 1], names[place]) >= 0)
            {
                throw new ArgumentException($"{names[place]} stands after {names[place - 1]}", nameof(names));
            }
        }

        this.names = names;
    }

    /// <summary>All of them, in ordinal order.</summary>
    public IReadOnlyList<string> All => names;

    /// <summary>The place of a name in the order; less than 0 where it is none of them.</summary>
    public int Find(string name) => (places ??= PlacesOf(names)).TryGetValue(name, out var place) ? place : -1;

    /// <summary>Whether they are other ones' equals.</summary>
    public bool AreThose(ReadOnlySpan<string> others) => names.AsSpan().SequenceEqual(others);

    private static Dictionary<string, int> PlacesOf(string[] names)
    {
        var places = new Dictionary<string, int>(names.Length, StringComparer.Ordinal);
        for (var place = 0; place < names.Length; place++)
        {
            places.Add(names[place], place);
        }

        return places;
    }
}
