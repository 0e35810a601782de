using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Methods.Operators.Cpu;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>The arithmetic of parameter competition balancing on runs of entries, in float64 on the CPU; its buffers serve one run after the other.</summary>
/// <param name="models">The number of models.</param>
internal sealed class CompetitionTile(int models)
{
    private static readonly int Lanes = Vector512<double>.Count;

    // as long as the longest run so far, rounded up to a whole vector, so that loops need no remainder
    private readonly double[][] deltas = [.. Enumerable.Repeat<double[]>([], models)];
    private readonly float[][] numbers = [.. Enumerable.Repeat<float[]>([], models)];
    private double[] sums = [];
    private double[] changes = [];
    private int length;

    /// <summary>What was computed last of a model, for each entry.</summary>
    public ReadOnlySpan<float> NumbersOf(int model) => numbers[model].AsSpan(0, length);

    /// <summary>The largest of these numbers.</summary>
    [MethodImpl(Compile.AtOnce)]
    public float LargestOf(int model)
    {
        var own = NumbersOf(model);
        ref var first = ref MemoryMarshal.GetReference(own);
        var (lanes, i) = (Vector512.Create(float.NegativeInfinity), 0);
        for (; i <= own.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            lanes = Vector512.Max(lanes, Vector512.LoadUnsafe(ref first, (nuint)i));
        }

        var largest = float.NegativeInfinity;
        for (var lane = 0; lane < Vector512<float>.Count; lane++)
        {
            largest = Math.Max(largest, lanes[lane]);
        }

        for (; i < own.Length; i++)
        {
            largest = Math.Max(largest, own[i]);
        }

        return largest;
    }

    /// <summary>Takes the models' changes of a run.</summary>
    public void Take(IReadOnlyList<torch.Tensor> vectors)
    {
        length = (int)vectors[0].numel();
        if (sums.Length < length)
        {
            var room = (length + Lanes - 1) / Lanes * Lanes;
            (sums, changes) = (new double[room], new double[room]);
            for (var model = 0; model < models; model++)
            {
                (deltas[model], numbers[model]) = (new double[room], new float[room]);
            }
        }

        for (var model = 0; model < models; model++)
        {
            using var scope = torch.NewDisposeScope();
            var vector = vectors[model].cpu().contiguous();
            if (vector.IsDouble())
            {
                vector.AsSpan<double>().CopyTo(deltas[model]);
            }
            else
            {
                Widen(vector.AsSpan<float>(), deltas[model]);
            }
        }
    }

    /// <summary>Computes the magnitudes of all entries.</summary>
    public void Measure()
    {
        for (var model = 0; model < models; model++)
        {
            Measure(deltas[model], numbers[model], length);
        }
    }

    /// <summary>
    /// Computes the balance of each entry of each model: exp(T·(n² − 1)) · tanh(τ·Στ), n the magnitude between the model's bounds
    /// from 0 to 1. The factor e⁻ᵀ keeps it finite, and what follows depends on no factor.
    /// </summary>
    public void Balance(CompetitionBounds[] bounds)
    {
        Array.Clear(sums);
        foreach (var delta in deltas)
        {
            Add(delta, sums, length);
        }

        for (var model = 0; model < models; model++)
        {
            Balance(deltas[model], sums, bounds[model], models, numbers[model], length);
        }
    }

    /// <summary>The average of the models' entries by the scores of their balances, times a factor.</summary>
    /// <param name="bounds">What is known of each model.</param>
    /// <param name="lambda">The factor.</param>
    /// <param name="leastSum">Sums of scores below this are not divided by.</param>
    [MethodImpl(Compile.AtOnce)]
    public Span<double> Average(CompetitionBounds[] bounds, double lambda, double leastSum)
    {
        for (nuint i = 0; i < (nuint)length; i += (nuint)Lanes)
        {
            var (sum, scores) = (Vector512<double>.Zero, Vector512<double>.Zero);
            for (var model = 0; model < models; model++)
            {
                var score = bounds[model].ScoreOf(LoadWide(ref MemoryMarshal.GetArrayDataReference(numbers[model]), i));
                sum += score * bounds[model].Cut(Vector512.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(deltas[model]), i));
                scores += score;
            }

            (Vector512.Create(lambda) * sum / Vector512.Max(scores, Vector512.Create(leastSum))).StoreUnsafe(ref MemoryMarshal.GetArrayDataReference(changes), i);
        }

        return changes.AsSpan(0, length);
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Balance(double[] deltas, double[] sums, CompetitionBounds bounds, int models, float[] balances, int length)
    {
        ref var delta = ref MemoryMarshal.GetArrayDataReference(deltas);
        ref var sum = ref MemoryMarshal.GetArrayDataReference(sums);
        ref var balance = ref MemoryMarshal.GetArrayDataReference(balances);
        for (nuint i = 0; i < (nuint)length; i += (nuint)Lanes)
        {
            var own = Vector512.LoadUnsafe(ref delta, i);
            var n = bounds.Place(own);
            var self = StableMath.Exp(Vector512.Create((double)models) * ((n * n) - Vector512<double>.One));
            var product = own * Vector512.LoadUnsafe(ref sum, i);
            var exponential = StableMath.ExpMinus1OfEach(Vector512.Create(2.0) * Vector512.Abs(product));
            var result = Vector512.CopySign(self * exponential / (exponential + Vector512.Create(2.0)), product);
            Vector512.Narrow(result, result).GetLower().StoreUnsafe(ref balance, i);
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Add(double[] deltas, double[] sums, int length)
    {
        ref var delta = ref MemoryMarshal.GetArrayDataReference(deltas);
        ref var sum = ref MemoryMarshal.GetArrayDataReference(sums);
        for (nuint i = 0; i < (nuint)length; i += (nuint)Lanes)
        {
            (Vector512.LoadUnsafe(ref sum, i) + Vector512.LoadUnsafe(ref delta, i)).StoreUnsafe(ref sum, i);
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Measure(double[] deltas, float[] magnitudes, int length)
    {
        ref var delta = ref MemoryMarshal.GetArrayDataReference(deltas);
        ref var magnitude = ref MemoryMarshal.GetArrayDataReference(magnitudes);
        for (nuint i = 0; i < (nuint)length; i += (nuint)Lanes)
        {
            var own = Vector512.Abs(Vector512.LoadUnsafe(ref delta, i));
            Vector512.Narrow(own, own).GetLower().StoreUnsafe(ref magnitude, i);
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Widen(ReadOnlySpan<float> values, Span<double> wide)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        ref var target = ref MemoryMarshal.GetReference(wide);
        nuint i = 0;
        for (; i + (nuint)Lanes <= (nuint)values.Length; i += (nuint)Lanes)
        {
            LoadWide(ref first, i).StoreUnsafe(ref target, i);
        }

        for (; i < (nuint)values.Length; i++)
        {
            wide[(int)i] = values[(int)i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> LoadWide(ref float first, nuint index)
    {
        var singles = Vector256.LoadUnsafe(ref first, index);
        return Vector512.Create(Vector256.WidenLower(singles), Vector256.WidenUpper(singles));
    }
}
