using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;

namespace MergeOps.Methods.TaskVectors;

/// <summary>Finds the factors that make up for dropped entries.</summary>
internal static class Rescaling
{
    /// <summary>The choice of <c>rescale</c> that divides by the probability of being kept, as the papers do.</summary>
    public const string InverseDensity = "inverse_density";

    /// <summary>The choice that keeps the L1 norm, for which the tensor is passed twice.</summary>
    public const string KeepSum = "true";

    /// <summary>Sums of magnitudes below this are not divided by.</summary>
    private const double ZeroSum = 1e-7;

    /// <summary>Sets each vector's factor as <c>rescale</c> says.</summary>
    public static void Apply(ITensorInputs inputs, ChoiceParameter rescale, IEnumerable<TaskVector> vectors)
    {
        var sparse = vectors.Where(vector => vector.Sparsifier is not null).ToArray();
        if (sparse.Length == 0)
        {
            return;
        }

        switch (rescale.Of(inputs.Parameters))
        {
            case InverseDensity:
                Array.ForEach(sparse, vector => vector.Rescale = vector.Sparsifier!.InverseDensity);
                break;
            case KeepSum:
                KeepSums(inputs, sparse);
                break;
        }
    }

    private static void KeepSums(ITensorInputs inputs, TaskVector[] vectors)
    {
        var all = Array.ConvertAll(vectors, _ => inputs.Operators<IProducts>().StartMagnitudeSum());
        var kept = Array.ConvertAll(vectors, _ => inputs.Operators<IProducts>().StartMagnitudeSum());
        inputs.Scan(tile =>
        {
            for (var i = 0; i < vectors.Length; i++)
            {
                var delta = vectors[i].Dense(tile);
                all[i].Add(delta);
                vectors[i].Sparsifier!.Drop(delta, tile.Start);
                kept[i].Add(delta);
            }
        });
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i].Sparsifier!.Rewind();
            var isMeasurable = all[i].Value >= ZeroSum && kept[i].Value >= ZeroSum;
            vectors[i].Rescale = isMeasurable ? all[i].Value / kept[i].Value : 1;
        }
    }
}
