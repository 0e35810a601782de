using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;
using MergeOps.Tensors;

namespace MergeOps.Sources.Statistics;

/// <summary>How the statistics of a kind are stored.</summary>
/// <param name="DType">The number type of every tensor; null where any will do.</param>
/// <param name="Dimensions">The number of dimensions that every tensor has, all of one size; null where any shape will do.</param>
/// <param name="HasNegatives">Whether negative numbers make sense.</param>
/// <param name="HasNorm">Whether the file says the Euclidean norm of all of its numbers.</param>
internal sealed record StatisticForm(DType? DType, int? Dimensions, bool HasNegatives, bool HasNorm)
{
    /// <summary>The form of a kind.</summary>
    public static StatisticForm Of(StatisticKind kind) => kind switch
    {
        StatisticKind.Fisher => new(Tensors.DType.F32, null, HasNegatives: false, HasNorm: true),
        StatisticKind.Gram or StatisticKind.MergedGram => new(Tensors.DType.F64, 2, HasNegatives: true, HasNorm: false),
        StatisticKind.Gradient or StatisticKind.Update => new(Tensors.DType.F32, null, HasNegatives: true, HasNorm: true),
        StatisticKind.Activation => new(Tensors.DType.F32, 1, HasNegatives: false, HasNorm: false),
        StatisticKind.Gates => new(Tensors.DType.F32, null, HasNegatives: true, HasNorm: false),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a kind of statistic"),
    };

    /// <summary>The kind as recipes and files write it.</summary>
    public static string NameOf(StatisticKind kind) => RecipeKeys.NameOf(kind);

    /// <summary>The kind of a name; null when there is none.</summary>
    public static StatisticKind? Find(string name) => Enum.GetValues<StatisticKind>().Cast<StatisticKind?>().FirstOrDefault(kind => NameOf(kind!.Value) == name);

    /// <summary>The shape that the statistic of a weight has.</summary>
    /// <param name="kind">A kind with one statistic for each weight.</param>
    /// <param name="weight">The weight's shape: for Grams and activations [out, in].</param>
    public static ImmutableArray<long> ShapeFor(StatisticKind kind, ImmutableArray<long> weight) => kind switch
    {
        StatisticKind.Gram or StatisticKind.MergedGram => [weight[^1], weight[^1]],
        StatisticKind.Activation => [weight[^1]],
        _ => weight,
    };

    /// <summary>Why a tensor cannot be a statistic of this form; null when it can.</summary>
    public string? Objection(DType dtype, ImmutableArray<long> shape) =>
        DType is { } wanted && dtype != wanted ? $"is {dtype}, but should be {wanted}"
        : Dimensions is { } dimensions && (shape.Length != dimensions || shape.Any(size => size != shape[0])) ? $"is [{string.Join(", ", shape)}], and should have {(dimensions == 1 ? "one dimension" : "as many rows as columns")}"
        : null;
}
