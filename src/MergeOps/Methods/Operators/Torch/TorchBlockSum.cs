using MergeOps.Methods.Operators.Cpu;
using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary>The sums of <see cref="BlockSum"/> in the same order of additions.</summary>
internal sealed class TorchBlockSum
{
    private double[] rest = [];
    private double total;

    /// <summary>The sum so far.</summary>
    public double Value => total + Blocks(Padded(torch.tensor(rest)))[0];

    /// <summary>Adds the elements of a float64 tensor of one axis.</summary>
    public void Add(torch.Tensor terms)
    {
        var all = rest.Length == 0 ? terms : torch.cat([torch.tensor(rest).to(terms.device), terms]);
        var whole = all.numel() / BlockSum.BlockLength * BlockSum.BlockLength;
        foreach (var block in whole == 0 ? [] : Blocks(all.narrow(0, 0, whole)))
        {
            total += block;
        }

        rest = all.narrow(0, whole, all.numel() - whole).cpu().data<double>().ToArray();
    }

    /// <summary>The sum of each row of a float64 matrix.</summary>
    public static double[] OfRows(torch.Tensor rows)
    {
        var count = rows.shape[0];
        var blocks = Blocks(Padded(rows).view(-1));
        var perRow = blocks.Length / (int)count;
        var sums = new double[count];
        for (var i = 0; i < blocks.Length; i++)
        {
            sums[i / perRow] += blocks[i];
        }

        return sums;
    }

    /// <summary>Fills the last axis with zeros to whole blocks, at least one.</summary>
    private static torch.Tensor Padded(torch.Tensor terms)
    {
        var length = terms.shape[^1];
        var blocks = Math.Max(1, (length + BlockSum.BlockLength - 1) / BlockSum.BlockLength);
        return torch.nn.functional.pad(terms, [0, (blocks * BlockSum.BlockLength) - length]);
    }

    private static double[] Blocks(torch.Tensor terms)
    {
        var blocks = terms.view(-1, BlockSum.BlockLength / BlockSum.LaneCount, BlockSum.LaneCount);
        var lanes = blocks.select(1, 0).clone();
        for (var row = 1; row < blocks.shape[1]; row++)
        {
            lanes.add_(blocks.select(1, row), Scalars.One);
        }

        for (var half = BlockSum.LaneCount / 2; half > 0; half /= 2)
        {
            lanes = lanes.narrow(1, 0, half).add(lanes.narrow(1, half, half), Scalars.One);
        }

        return lanes.cpu().view(-1).data<double>().ToArray();
    }
}
