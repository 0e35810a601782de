using System.Collections.Immutable;

namespace MergeOps.Planning;

/// <summary>What makes an output an adapter of LoRA on the plan's base.</summary>
/// <param name="Rank">The largest rank of its factors.</param>
/// <param name="Alpha">What its scale is divided by ranks: lora_alpha.</param>
/// <param name="IsCore">Whether changes are merged in the space that the adapters of the inputs span.</param>
/// <param name="LeftOut">Merged tensors that may differ from the base's and that the adapter does not hold: nothing of them is written, the merge measures how much is lost.</param>
/// <param name="Whole">Merged tensors that it holds whole and that may differ from the base's: the merge measures how much they change.</param>
internal sealed record LoraPlan(int Rank, double Alpha, bool IsCore, ImmutableArray<TensorJob> LeftOut, ImmutableArray<TensorJob> Whole)
{
    /// <summary>What the merge measures beside the matrices with factors.</summary>
    public ImmutableArray<TensorJob> Measured => [.. LeftOut, .. Whole];
}
