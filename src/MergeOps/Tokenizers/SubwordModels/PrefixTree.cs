namespace MergeOps.Tokenizers.SubwordModels;

/// <summary>Finds the entries that a text begins with.</summary>
internal sealed class PrefixTree
{
    private const int PointBits = 21;

    private readonly Dictionary<long, int> children = [];
    private readonly List<int> values = [-1];

    /// <summary>Adds an entry; of two that are equal the later one counts.</summary>
    public void Add(ReadOnlySpan<int> entry, int value)
    {
        var node = 0;
        foreach (var point in entry)
        {
            if (!children.TryGetValue(Key(node, point), out var child))
            {
                child = values.Count;
                children[Key(node, point)] = child;
                values.Add(-1);
            }

            node = child;
        }

        values[node] = value;
    }

    /// <summary>Goes down by one code point.</summary>
    /// <param name="node">Where it stands; 0 at the beginning.</param>
    /// <param name="point">The code point.</param>
    /// <param name="value">The value of the entry that ends there, or -1.</param>
    /// <returns>False where no entry goes on like that.</returns>
    public bool Descend(ref int node, int point, out int value)
    {
        if (!children.TryGetValue(Key(node, point), out node))
        {
            value = -1;
            return false;
        }

        value = values[node];
        return true;
    }

    private static long Key(int node, int point) => ((long)node << PointBits) | (uint)point;
}
