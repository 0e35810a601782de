using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary>The random words of a tile, and what they drop.</summary>
internal static class TorchRandomMask
{
    private const long LowWord = 0xFFFFFFFF;

    /// <summary>Keeps each element with one probability.</summary>
    public static void Keep(torch.Tensor values, long start, RandomWords random, double probability)
    {
        var kept = Words(random, start, values.numel(), values.device) < Scalars.Of(RandomWords.Bound(probability));
        values.masked_fill_(kept.logical_not().view(values.shape), Scalars.Of(0));
    }

    /// <summary>Keeps each element with a probability that grows with its rank by magnitude in its row.</summary>
    public static void KeepByRank(
        torch.Tensor rows, long start, RandomWords random, (double Lowest, double Highest) probabilities, bool divide)
    {
        var length = rows.shape[^1];
        var matrix = rows.view(-1, length);
        var (_, order) = torch.sort(TorchBits.Of(matrix), dim: 1, descending: false, stable: true);
        var ascending = torch.arange(Scalars.Of(0), Scalars.Of(length), Scalars.Of(1), torch.int64, rows.device).unsqueeze(0).expand(order.shape);
        var ranks = torch.zeros_like(order).scatter_(1, order, ascending).to(torch.float64);
        var shares = length == 1 ? ranks.add(Scalars.Of(0.5), Scalars.One) : ranks.div(Scalars.Of(length - 1));
        var chances = shares.mul(Scalars.Of(probabilities.Highest - probabilities.Lowest)).add(Scalars.Of(probabilities.Lowest), Scalars.One);
        var bounds = chances.mul(Scalars.Of(1L << 32)).clamp(Scalars.Of(0), Scalars.Of(uint.MaxValue)).to(torch.int64);
        var kept = Words(random, start, rows.numel(), rows.device).view(matrix.shape) < bounds;
        if (divide)
        {
            matrix.div_(chances.to(rows.dtype));
        }

        matrix.masked_fill_(kept.logical_not(), Scalars.Of(0));
    }

    private static torch.Tensor Words(RandomWords random, long start, long count, torch.Device device)
    {
        var firstGroup = start / RandomWords.GroupLength;
        var lastGroup = (start + count - 1) / RandomWords.GroupLength;
        var groups = lastGroup - firstGroup + 1;
        var (first, end) = (firstGroup * RandomWords.GroupCounters, (lastGroup + 1) * RandomWords.GroupCounters);
        var counters = torch.arange(Scalars.Of(first), Scalars.Of(end), Scalars.Of(1), torch.int64, device);
        var words = torch.stack(Philox4x32(random, counters)).view(4, groups, RandomWords.GroupCounters);
        return words.permute(1, 0, 2).reshape(-1).narrow(0, start - (firstGroup * RandomWords.GroupLength), count);
    }

    /// <summary>The four words of each counter; 32-bit words live in int64, whose products wrap as unsigned ones do.</summary>
    private static torch.Tensor[] Philox4x32(RandomWords random, torch.Tensor counters)
    {
        var (x0, x1) = (counters & LowWord, counters.ShiftRight(32) & LowWord);
        var (x2, x3) = (torch.full_like(counters, Scalars.Of(random.Model)), torch.zeros_like(counters));
        var (key0, key1) = ((uint)random.Key, (uint)(random.Key >> 32));
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var (product0, product1) = (x0.mul(Scalars.Of(Philox.Multiplier0)), x2.mul(Scalars.Of(Philox.Multiplier1)));
            (x0, x1, x2, x3) = (
                (product1.ShiftRight(32) & LowWord) ^ x1 ^ key0, product1 & LowWord, (product0.ShiftRight(32) & LowWord) ^ x3 ^ key1, product0 & LowWord);
            key0 = unchecked(key0 + Philox.KeyStep0);
            key1 = unchecked(key1 + Philox.KeyStep1);
        }

        return [x0, x1, x2, x3];
    }
}
