using System.Collections.Immutable;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.Contract;

/// <summary>The inputs of one output tensor, as a method may look at them before it merges.</summary>
public interface ITensorInputs
{
    /// <summary>The output tensor's name; part of the key of random masks.</summary>
    string TensorName { get; }

    /// <summary>The output tensor's shape.</summary>
    ImmutableArray<long> Shape { get; }

    /// <summary>The number of elements.</summary>
    long ElementCount { get; }

    /// <summary>Whether there is a base.</summary>
    bool HasBase { get; }

    /// <summary>The method's parameters for this tensor.</summary>
    ResolvedParameters Parameters { get; }

    /// <summary>Each model's parameters, in the recipe's order, the base not among them.</summary>
    ImmutableArray<ResolvedParameters> Models { get; }

    /// <summary>Which model each of them is: equal numbers in different tensors are one model.</summary>
    ImmutableArray<int> ModelNumbers { get; }

    /// <summary>The recipe's seed.</summary>
    ulong Seed { get; }

    /// <summary>Whether there are statistics of the models for this tensor, so that it can be merged by them.</summary>
    bool HasStatistics => false;

    /// <summary>Whether there is a statistic of the base for this tensor.</summary>
    bool HasBaseStatistic(StatisticKind kind) => false;

    /// <summary>What is known of a model's statistics for this tensor.</summary>
    /// <param name="model">The model's index, or -1 for the base.</param>
    /// <param name="kind">What was measured.</param>
    StatisticFacts StatisticOf(int model, StatisticKind kind) => throw new InvalidOperationException("this tensor has no statistics");

    /// <summary>A statistic that does not come with the tiles because it has another shape (a Gram, activations), whole, in float64 and on the CPU; a new tensor each time.</summary>
    /// <param name="model">The model's index, or -1 for the base.</param>
    /// <param name="kind">What was measured.</param>
    torch.Tensor ReadStatistic(int model, StatisticKind kind) => throw new InvalidOperationException("this tensor has no statistics");

    /// <summary>A family of operators, as the device of the merge has them.</summary>
    T Operators<T>()
        where T : class, IOperators;

    /// <summary>
    /// Memory of the tiles' type on their device that lasts until the last tile is made, with undefined contents; whoever asks
    /// counts it in <see cref="MergeMethod.HeldBytes"/>.
    /// </summary>
    /// <param name="elements">How many elements.</param>
    torch.Tensor Hold(long elements);

    /// <summary>
    /// Memory as <see cref="Hold"/> gives it with what is made of the inputs without the method's late parameters: where the same
    /// tensor was merged with other ones before, it may be there already. Nobody changes it afterwards.
    /// </summary>
    /// <param name="elements">How many elements.</param>
    /// <param name="make">Fills it.</param>
    torch.Tensor HoldKnown(long elements, Action<torch.Tensor> make)
    {
        var made = Hold(elements);
        make(made);
        return made;
    }

    /// <summary>What the method has found out about all tensors together, in the passes that it asked for.</summary>
    T Scanned<T>()
        where T : ModelScan;

    /// <summary>Visits every tile once, in ascending order; <see cref="Tile.Output"/> is not available.</summary>
    void Scan(Action<Tile> visit);

    /// <summary>
    /// Visits a part of a large tensor, in short runs of elements that are spread evenly over it, many of them in one
    /// tile: for estimates. <see cref="Tile.Start"/> and <see cref="Tile.Output"/> mean nothing there. Methods that see
    /// rows or whole tensors, and small tensors, are shown everything.
    /// </summary>
    void Sample(Action<Tile> visit);
}
