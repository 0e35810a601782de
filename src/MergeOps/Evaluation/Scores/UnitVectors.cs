using System.Numerics;
using System.Runtime.InteropServices;

namespace MergeOps.Evaluation.Scores;

/// <summary>Vectors of length 1.</summary>
internal sealed class UnitVectors
{
    private readonly float[][] vectors;

    /// <summary>The first elements of vectors, made as long as 1.</summary>
    /// <param name="given">The vectors.</param>
    /// <param name="size">How many elements of each; null for all.</param>
    public UnitVectors(IReadOnlyList<float[]> given, int? size = null) => vectors = [.. given.Select(vector => Unit(vector.AsSpan(0, size ?? vector.Length)))];

    /// <summary>How many there are.</summary>
    public int Count => vectors.Length;

    /// <summary>The elements of each.</summary>
    public int Size => vectors[0].Length;

    /// <summary>A vector.</summary>
    public ReadOnlySpan<float> this[int index] => vectors[index];

    /// <summary>The cosine of two vectors of as many elements.</summary>
    public static double Cosine(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(first);
        var others = MemoryMarshal.Cast<float, Vector<float>>(second);
        var sums = Vector<float>.Zero;
        for (var part = 0; part < wide.Length; part++)
        {
            sums += wide[part] * others[part];
        }

        var product = (double)Vector.Sum(sums);
        for (var element = wide.Length * Vector<float>.Count; element < first.Length; element++)
        {
            product += first[element] * second[element];
        }

        return product;
    }

    /// <summary>The nearest vectors of another one, the nearest first; of equally near ones the first.</summary>
    /// <param name="index">The vector.</param>
    /// <param name="most">How many.</param>
    public int[] Neighbors(int index, int most)
    {
        var cosines = new double[vectors.Length];
        for (var other = 0; other < vectors.Length; other++)
        {
            cosines[other] = other == index ? double.NegativeInfinity : Cosine(vectors[index], vectors[other]);
        }

        return [.. Enumerable.Range(0, vectors.Length).Where(other => other != index).OrderByDescending(other => cosines[other]).ThenBy(other => other).Take(most)];
    }

    private static float[] Unit(ReadOnlySpan<float> vector)
    {
        var squares = 0.0;
        foreach (var element in vector)
        {
            squares += (double)element * element;
        }

        var unit = new float[vector.Length];
        for (var element = 0; element < unit.Length; element++)
        {
            unit[element] = (float)(vector[element] / Math.Sqrt(squares));
        }

        return unit;
    }
}
