using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.Tiles;

/// <summary>Task vectors at the positions where they vary most among the models.</summary>
internal sealed class VarianceSelection
{
    private const int Variance = 0;

    private readonly IVariances operators;
    private readonly IMagnitudeSelection? selection;

    private VarianceSelection(IVariances operators, IMagnitudeSelection? selection) =>
        (this.operators, this.selection) = (operators, selection);

    /// <summary>Finds the positions; a selection that would be empty keeps all.</summary>
    /// <param name="inputs">The tensor.</param>
    /// <param name="share">The share, of the positions where the models differ at all, that is kept.</param>
    public static VarianceSelection Prepare(ITensorInputs inputs, double share)
    {
        var operators = inputs.Operators<IVariances>();
        if (share >= 1)
        {
            return new VarianceSelection(operators, null);
        }

        var selection = inputs.Operators<ISelections>().StartSelectionOfNonZeros(inputs.ElementCount, share);
        while (selection.NeedsScan)
        {
            Action<Action<Tile>> look = selection.NeedsSample ? inputs.Sample : inputs.Scan;
            look(tile =>
            {
                var variance = tile.Scratch(Variance);
                operators.Variance(variance, Vectors.Of(tile, fromBase: true));
                selection.Count(variance);
            });
            selection.EndScan();
        }

        return new VarianceSelection(operators, selection.IsEmpty ? null : selection);
    }

    /// <summary>Starts a pass over the tensor.</summary>
    public void Rewind() => selection?.Rewind();

    /// <summary>The task vectors, zero at the positions that are not selected; the tiles of a pass come in ascending order.</summary>
    public IReadOnlyList<torch.Tensor> Deltas(Tile tile)
    {
        var deltas = Vectors.Of(tile, fromBase: true);
        if (selection is null)
        {
            return deltas;
        }

        var mask = tile.Scratch(Variance);
        operators.Variance(mask, deltas);
        selection.Keep(mask);
        mask.sign_();
        foreach (var delta in deltas)
        {
            delta.mul_(mask);
        }

        return deltas;
    }
}
