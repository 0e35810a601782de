using MergeOps.Methods.Contract;
using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Task vectors at the positions where they vary most among the models.</summary>
internal sealed class VarianceSelection
{
    private const int Variance = 0;
    private const int Mean = 1;
    private const int Difference = 2;

    private readonly IMagnitudeSelection? selection;

    private VarianceSelection(IMagnitudeSelection? selection) => this.selection = selection;

    /// <summary>Finds the positions; a selection that would be empty keeps all.</summary>
    /// <param name="inputs">The tensor.</param>
    /// <param name="share">The share, of the positions where the models differ at all, that is kept.</param>
    public static VarianceSelection Prepare(ITensorInputs inputs, double share)
    {
        if (share >= 1)
        {
            return new VarianceSelection(null);
        }

        var selection = inputs.Operators.StartSelectionOfNonZeros(inputs.ElementCount, share);
        while (selection.NeedsScan)
        {
            inputs.Scan(tile => selection.Count(VarianceOf(Vectors.Of(tile, fromBase: true), tile)));
            selection.EndScan();
        }

        return new VarianceSelection(selection.IsEmpty ? null : selection);
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

        var mask = VarianceOf(deltas, tile);
        selection.Keep(mask);
        mask.sign_();
        foreach (var delta in deltas)
        {
            delta.mul_(mask);
        }

        return deltas;
    }

    /// <summary>The biased variance across the models at each position, in a scratch buffer.</summary>
    private static torch.Tensor VarianceOf(IReadOnlyList<torch.Tensor> deltas, Tile tile)
    {
        Scalar models = deltas.Count;
        var mean = tile.Scratch(Mean).copy_(deltas[0]);
        for (var i = 1; i < deltas.Count; i++)
        {
            mean.add_(deltas[i]);
        }

        mean.div_(models);
        var variance = tile.Scratch(Variance).zero_();
        var difference = tile.Scratch(Difference);
        foreach (var delta in deltas)
        {
            difference.copy_(delta).sub_(mean);
            variance.add_(difference.mul_(difference));
        }

        return variance.div_(models);
    }
}
