using System.Collections.Immutable;

namespace MergeOps.Methods.Contract;

/// <summary>
/// What changes a merged tensor once more by what the merge changed in the base, whatever method merged it: its declarations
/// and its arithmetic. One file in <c>Methods/PostProcessors/</c>, with its page beside it, found by the catalogue.
/// </summary>
public abstract class PostProcessor
{
    /// <summary>Its name in a recipe's <c>post</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The name in prose.</summary>
    public abstract string Title { get; }

    /// <summary>One line for people, ending without a full stop.</summary>
    public abstract string Summary { get; }

    /// <summary>Changes whenever a code change alters a number; part of every job digest.</summary>
    public abstract int Version { get; }

    /// <summary>The paper or page that defines it, or null.</summary>
    public abstract Uri? Reference { get; }

    /// <summary>Its parameters, in the order in which its page shows them; all of <see cref="ParameterScope.Method"/>.</summary>
    public virtual ImmutableArray<ParameterDeclaration> Parameters => [];

    /// <summary>What it needs from the base in addition to the weights, measured on data; null when nothing.</summary>
    public virtual StatisticKind? BaseStatistic => null;

    /// <summary>Whether it decomposes matrices by LAPACK, whose results are the same on machines of a numeric class of their own.</summary>
    public virtual bool DecomposesMatrices => false;

    /// <summary>About how many floating-point operations the decompositions of one tensor take; 0 where nothing is decomposed.</summary>
    /// <param name="parameters">Its parameters for the tensor.</param>
    /// <param name="shape">The tensor's shape.</param>
    internal virtual double DecompositionWork(ResolvedParameters parameters, ImmutableArray<long> shape) => 0;

    /// <summary>The bytes that it holds for one tensor in addition to the tiles.</summary>
    /// <param name="parameters">Its parameters for the tensor.</param>
    /// <param name="shape">The tensor's shape.</param>
    /// <param name="models">How many models have it, the base not counted.</param>
    /// <param name="elementSize">Bytes of an element of the tiles: 4 or 8.</param>
    public virtual long HeldBytes(ResolvedParameters parameters, ImmutableArray<long> shape, int models, int elementSize) => 0;

    /// <summary>The tiles that it wants for these parameters.</summary>
    public virtual TileLayout LayoutFor(ResolvedParameters parameters) => TileLayout.Elements;

    /// <summary>
    /// Looks at the inputs as often as it needs and returns the function that changes the output tile by tile: it finds
    /// base + change in <see cref="Tile.Output"/>, with the base in <see cref="Tile.Base"/>, and overwrites the output.
    /// The models are no longer there. Null leaves the tensor as it is. Called once for each tensor.
    /// </summary>
    public abstract TileFunction? Prepare(IMergedInputs inputs);
}

/// <summary>The inputs of one output tensor, and the tensor as it is merged so far.</summary>
public interface IMergedInputs : ITensorInputs
{
    /// <summary>The layer's position, from 0 (the first one, and tensors outside the layers) to 1 (the last one).</summary>
    double Position { get; }

    /// <summary>Visits every tile once, in ascending order, with the base in <see cref="Tile.Base"/> and the tensor merged so far in <see cref="Tile.Output"/>.</summary>
    void ScanMerged(Action<Tile> visit);
}
