using System.Runtime.Intrinsics;
using MergeOps.Methods.Operators.Cpu;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>The arithmetic of parameter competition balancing on a run of entries, in float64 on the CPU.</summary>
internal static class CompetitionTile
{
    /// <summary>The models' changes as numbers.</summary>
    public static double[][] Deltas(IReadOnlyList<torch.Tensor> vectors)
    {
        using var scope = torch.NewDisposeScope();
        return [.. vectors.Select(vector => vector.to(torch.float64, torch.CPU).contiguous().data<double>().ToArray())];
    }

    /// <summary>
    /// The balance of each entry of each model: exp(T·(n² − 1)) · tanh(τ·Στ), n the magnitude between the model's bounds from 0 to
    /// 1. The factor e⁻ᵀ keeps it finite, and what follows depends on no factor.
    /// </summary>
    public static float[][] Balances(double[][] deltas, CompetitionBounds[] bounds)
    {
        var length = deltas[0].Length;
        var sum = new double[length];
        foreach (var delta in deltas)
        {
            for (var i = 0; i < length; i++)
            {
                sum[i] += delta[i];
            }
        }

        return [.. deltas.Zip(bounds, (delta, bound) => Balance(delta, sum, bound, deltas.Length))];
    }

    private static float[] Balance(double[] delta, double[] sum, CompetitionBounds bounds, int models)
    {
        var balances = new float[delta.Length];
        var range = (double)bounds.High - bounds.Low;
        for (var i = 0; i < delta.Length; i++)
        {
            var n = range > 0 ? (Math.Clamp(Math.Abs(delta[i]), bounds.Low, bounds.High) - bounds.Low) / range : 0;
            // one number in all lanes: those beside it may decide how a lane is computed
            var self = StableMath.Exp(Vector512.Create(models * ((n * n) - 1)))[0];
            var product = delta[i] * sum[i];
            var exponential = StableMath.ExpMinus1(Vector512.Create(2 * Math.Abs(product)))[0];
            balances[i] = (float)Math.CopySign(self * exponential / (exponential + 2), product);
        }

        return balances;
    }
}
