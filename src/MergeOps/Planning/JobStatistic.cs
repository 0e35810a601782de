using MergeOps.Methods.Contract;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Planning;

/// <summary>What was measured of one model for a tensor.</summary>
/// <param name="Of">The model: an index into <see cref="TensorJob.Inputs"/>, or <see cref="OfBase"/>.</param>
/// <param name="Kind">What was measured.</param>
/// <param name="Source">The numbers; null where no token reached the tensor.</param>
/// <param name="Facts">What is known beside them.</param>
internal sealed record JobStatistic(int Of, StatisticKind Kind, TensorSource? Source, StatisticFacts Facts)
{
    /// <summary>The base.</summary>
    public const int OfBase = -1;

    /// <summary>Whether its numbers come with the tiles of the weights.</summary>
    public bool IsTiled => Kind is StatisticKind.Fisher or StatisticKind.Gradient or StatisticKind.Update;

    /// <summary>Bytes that it takes where a method reads it whole.</summary>
    public long WholeBytes => IsTiled ? 0 : (Source?.ElementCount ?? 0) * sizeof(double);
}
