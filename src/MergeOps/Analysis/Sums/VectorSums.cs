namespace MergeOps.Analysis.Sums;

/// <summary>
/// Everything that the figures of several vectors and their pairs follow from; sums of parts are sums of the whole, so that
/// tensors, layers, roles and models are added up from tiles.
/// </summary>
internal sealed class VectorSums
{
    /// <summary>Sums of nothing.</summary>
    /// <param name="vectors">How many vectors there are.</param>
    public VectorSums(int vectors)
    {
        (Vectors, Pairs) = (new VectorSum[vectors], new PairSum[vectors * (vectors - 1) / 2]);
        Histograms = [.. Enumerable.Range(0, vectors).Select(_ => new SizeHistogram())];
    }

    /// <summary>The number of entries; a double, since samples are scaled up.</summary>
    public double Elements { get; set; }

    /// <summary>Σ b² of the base; 0 without one.</summary>
    public double BaseSquares { get; set; }

    /// <summary>By vector.</summary>
    public VectorSum[] Vectors { get; }

    /// <summary>By vector: how many entries have which size, about.</summary>
    public SizeHistogram[] Histograms { get; }

    /// <summary>By pair; see <see cref="IndexOf"/>.</summary>
    public PairSum[] Pairs { get; }

    /// <summary>Where a pair stands in <see cref="Pairs"/>.</summary>
    public static int IndexOf(int first, int second)
    {
        var (larger, smaller) = (Math.Max(first, second), Math.Min(first, second));
        return (larger * (larger - 1) / 2) + smaller;
    }

    /// <summary>Adds other sums, each times a factor.</summary>
    public void Add(VectorSums other, double factor = 1)
    {
        Elements += other.Elements * factor;
        BaseSquares += other.BaseSquares * factor;
        for (var i = 0; i < Vectors.Length; i++)
        {
            Vectors[i] += other.Vectors[i] * factor;
        }

        for (var i = 0; i < Histograms.Length; i++)
        {
            Histograms[i].Add(other.Histograms[i], factor);
        }

        for (var i = 0; i < Pairs.Length; i++)
        {
            Pairs[i] += other.Pairs[i] * factor;
        }
    }
}
