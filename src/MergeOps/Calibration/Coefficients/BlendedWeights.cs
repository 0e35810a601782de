using System.Collections.Immutable;
using MergeOps.Methods.Operators;
using MergeOps.Models;
using static TorchSharp.torch;

namespace MergeOps.Calibration.Coefficients;

/// <summary>The weights base + Σ s·(model − base), blended each time they are asked for: only what is at work lies in memory.</summary>
/// <param name="origin">The base; not owned.</param>
/// <param name="models">The models; not owned.</param>
/// <param name="sharesOf">The share of each model in a tensor.</param>
internal sealed class BlendedWeights(IModelWeights origin, ImmutableArray<IModelWeights> models, Func<string, ImmutableArray<double>> sharesOf) : IModelWeights
{
    /// <summary>A change of every weight beside that, and how much of it; null for none.</summary>
    public (TensorSpill Change, double Scale)? Moved { get; init; }

    /// <inheritdoc/>
    public Device Device => origin.Device;

    /// <inheritdoc/>
    public ScalarType Type => origin.Type;

    /// <inheritdoc/>
    public bool AreKept => false;

    /// <inheritdoc/>
    public Tensor Whole(string name) => Blend(name, weights => weights.Whole(name), whole => whole);

    /// <inheritdoc/>
    public Tensor Rows(string name, long first, long count) => Blend(name, weights => weights.Rows(name, first, count), whole => whole.narrow(0, first, count));

    /// <inheritdoc/>
    public Tensor RowsAt(string name, Tensor numbers) => Blend(name, weights => weights.RowsAt(name, numbers), whole => whole.index_select(0, numbers));

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private Tensor Blend(string name, Func<IModelWeights, Tensor> read, Func<Tensor, Tensor> part)
    {
        using var scope = NewDisposeScope();
        var first = read(origin);
        var sum = first.clone();
        foreach (var (share, model) in sharesOf(name).Zip(models).Where(each => each.First != 0))
        {
            sum.add_(read(model).sub(first), Scalars.Of(share));
        }

        if (Moved is { } moved)
        {
            sum.add_(part(moved.Change.Read(name)), Scalars.Of(moved.Scale));
        }

        return sum.MoveToOuterDisposeScope();
    }
}
