using System.Collections.Immutable;
using MergeOps.Methods.Contract;

namespace MergeOps.Methods.Tiles;

/// <summary>Weights of models that are shares of their sum, for methods that weight what was measured, too.</summary>
internal static class MeasuredShares
{
    /// <summary>The shares; they sum to 1.</summary>
    public static ImmutableArray<double> Of(ImmutableArray<ResolvedParameters> models, NumberParameter weight)
    {
        var total = models.Sum(weight.Of);
        return [.. models.Select(model => weight.Of(model) / total)];
    }

    /// <summary>What speaks against the weights; null when nothing does.</summary>
    public static string? Refuses(ImmutableArray<ResolvedParameters> models, NumberParameter weight) =>
        models.Sum(weight.Of) > 0 ? null : "every weight is 0, and nothing is left to average; give one model a weight above 0";

    /// <summary>The only model with a weight, or null.</summary>
    public static int? OnlyOne(ImmutableArray<ResolvedParameters> models, NumberParameter weight)
    {
        var used = Enumerable.Range(0, models.Length).Where(model => weight.Of(models[model]) != 0).ToList();
        return used is [var only] ? only : null;
    }
}
