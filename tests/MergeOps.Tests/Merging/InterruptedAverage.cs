using MergeOps.Methods.Contract;

namespace MergeOps.Tests.Merging;

/// <summary>The plain average, and something that happens before its n-th tensor.</summary>
internal sealed class InterruptedAverage(int beforeTensor, Action interruption) : MergeMethod
{
    private int prepared;

    public override string Name => "interrupted";

    public override string Title => "Interrupted";

    public override string Summary => "The plain average, interrupted";

    public override int Version => 1;

    public override Uri? Reference => null;

    public override BaseModelRule BaseModel => BaseModelRule.Unused;

    public override int MinModels => 1;

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        if (Interlocked.Increment(ref prepared) == beforeTensor)
        {
            interruption();
        }

        return tile =>
        {
            tile.Output.copy_(tile.Models[0]);
            tile.Output.add_(tile.Models[1]);
            tile.Output.mul_(0.5);
        };
    }
}
