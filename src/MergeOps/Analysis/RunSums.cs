using System.Runtime.InteropServices;
using MergeOps.Analysis.Sums;
using MergeOps.Merging.Reading.Elements;

namespace MergeOps.Analysis;

/// <summary>Reads runs of entries in float64, and adds them up.</summary>
internal static class RunSums
{
    /// <summary>A run of a source's entries.</summary>
    public static double[] Values(ElementReader reader, long start, int length)
    {
        var values = new double[length];
        reader.Read(start, length, MemoryMarshal.AsBytes(values.AsSpan()), ElementForm.Double);
        return values;
    }

    /// <summary>Adds a run of every vector.</summary>
    /// <param name="sums">Takes them.</param>
    /// <param name="origin">The base's entries; empty without a base.</param>
    /// <param name="models">The models' entries; the base's are taken from them in place.</param>
    public static void Add(VectorSums sums, double[] origin, IReadOnlyList<double[]> models)
    {
        var squares = new double[models.Count];
        sums.Elements += models[0].Length;
        sums.BaseSquares += SumLoops.Vector<double>(origin, []).Squares;
        for (var second = 0; second < models.Count; second++)
        {
            for (var i = 0; i < origin.Length; i++)
            {
                models[second][i] -= origin[i];
            }

            var sum = SumLoops.Vector<double>(models[second], origin);
            squares[second] = sum.Squares;
            sums.Vectors[second] += sum;
            sums.Histograms[second].Add<double>(models[second], 1);
            for (var first = 0; first < second; first++)
            {
                sums.Pairs[VectorSums.IndexOf(first, second)] += SumLoops.Pair<double>(models[first], models[second], squares[first], squares[second]);
            }
        }
    }
}
