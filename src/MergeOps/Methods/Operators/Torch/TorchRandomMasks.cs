using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary><see cref="IRandomMasks"/> in torch, whole tiles at a time, with temporaries.</summary>
internal sealed class TorchRandomMasks : IRandomMasks
{
    public void KeepRandomly(torch.Tensor values, long start, RandomWords random, double probability) =>
        TorchRandomMask.Keep(values, start, random, probability);

    public void KeepByRank(
        torch.Tensor rows, long start, RandomWords random, (double Lowest, double Highest) probabilities, bool divide) =>
        TorchRandomMask.KeepByRank(rows, start, random, probabilities, divide);

    public IKeptEntries StartKeptEntries() => new TorchKeptEntries();
}
