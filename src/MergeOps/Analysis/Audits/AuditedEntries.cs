namespace MergeOps.Analysis.Audits;

/// <summary>A few of the entries that were read of a tensor, evenly spread over them.</summary>
/// <param name="read">How many are read in all.</param>
/// <param name="most">How many are kept.</param>
internal sealed class AuditedEntries(long read, int most)
{
    private readonly long step = Math.Max(1, (read + most - 1) / most);
    private readonly List<(double[] Candidates, double Unit)> all = [];
    private long seen;

    /// <summary>For each of them the first candidate's value, what the others differ from it by, and the unit of the last digit of the audited model's value.</summary>
    public IReadOnlyList<(double[] Candidates, double Unit)> All => all;

    /// <summary>How many of the entries that were read one of these stands for.</summary>
    public double Share => all.Count == 0 ? 0 : (double)seen / all.Count;

    /// <summary>Takes some entries of a run.</summary>
    /// <param name="origin">The first candidate's.</param>
    /// <param name="vectors">The audited model's, then the other candidates'.</param>
    /// <param name="unitOf">The unit of the last digit of a value of the audited model.</param>
    public void Add(double[] origin, IReadOnlyList<double[]> vectors, Func<double, double> unitOf)
    {
        for (var i = (step - (seen % step)) % step; i < origin.Length; i += step)
        {
            all.Add(([origin[i], .. vectors.Skip(1).Select(vector => vector[i] - origin[i])], unitOf(vectors[0][i])));
        }

        seen += origin.Length;
    }
}
