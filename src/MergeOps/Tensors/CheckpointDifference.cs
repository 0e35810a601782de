using System.Collections.Immutable;

namespace MergeOps.Tensors;

/// <summary>How many pairs of floating-point elements lie how many units in the last place apart; +0 and -0 are 0 apart.</summary>
internal readonly record struct UlpHistogram(long Zero, long One, long TwoToThree, long FourToFifteen, long SixteenAndMore);

/// <summary>How the values of two tensors of one dtype and shape differ.</summary>
/// <param name="Count">The elements; bytes where elements are no whole bytes.</param>
/// <param name="Equal">Those that are equal bit for bit.</param>
/// <param name="Ulps">The distances of the pairs of finite elements; null for dtypes that are not merged.</param>
/// <param name="Largest">The largest absolute difference of two finite elements; null for dtypes that are not merged.</param>
/// <param name="RootMeanSquare">The root of the mean squared difference of the pairs of finite elements; null for dtypes that are not merged.</param>
/// <param name="NonFinite">The pairs that differ and have a NaN or an infinity on one side at least.</param>
internal sealed record ValueDifference(
    long Count, long Equal, UlpHistogram? Ulps, double? Largest, double? RootMeanSquare, long NonFinite)
{
    /// <summary>Equal elements by all elements; 1 for a tensor without elements.</summary>
    public double EqualShare => Count == 0 ? 1 : (double)Equal / Count;
}

/// <summary>One name of either checkpoint.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="A">The tensor in the first checkpoint, or null.</param>
/// <param name="B">The tensor in the second checkpoint, or null.</param>
/// <param name="Values">How the values compare; null when one is missing, or dtype or shape differ.</param>
internal sealed record TensorDifference(string Name, TensorInfo? A, TensorInfo? B, ValueDifference? Values)
{
    /// <summary>Whether both have the tensor, with the same dtype, shape and bytes.</summary>
    public bool IsEqual => Values is { } values && values.Equal == values.Count;
}

/// <summary>Two checkpoints, name by name in ordinal order.</summary>
internal sealed record CheckpointDifference(ImmutableArray<TensorDifference> Tensors)
{
    /// <summary>Whether both hold the same tensors with the same bytes, however sharded.</summary>
    public bool IsEqual => Tensors.All(tensor => tensor.IsEqual);
}
