using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Masks decided by random words.</summary>
public interface IRandomMasks : IOperators
{
    /// <summary>Keeps each element with one probability and sets the others to zero, in place.</summary>
    /// <param name="values">A tile.</param>
    /// <param name="start">The index of its first element in the whole tensor.</param>
    /// <param name="random">The random words.</param>
    /// <param name="probability">From 0 to 1.</param>
    void KeepRandomly(torch.Tensor values, long start, RandomWords random, double probability);

    /// <summary>
    /// Keeps each element of a row of n with the probability lowest + (highest − lowest) · rank/(n − 1) and sets the others
    /// to zero, in place; the rank by magnitude ascends from 0, equal magnitudes rank by their index. A row of one
    /// element takes the mean of the two.
    /// </summary>
    /// <param name="rows">A tile of whole rows.</param>
    /// <param name="start">The index of its first element in the whole tensor.</param>
    /// <param name="random">The random words.</param>
    /// <param name="probabilities">The probabilities of the smallest and of the largest magnitude.</param>
    /// <param name="divide">Whether kept elements are divided by their probability.</param>
    void KeepByRank(torch.Tensor rows, long start, RandomWords random, (double Lowest, double Highest) probabilities, bool divide);

    /// <summary>Remembers which elements were kept, for a second pass.</summary>
    IKeptEntries StartKeptEntries();
}
