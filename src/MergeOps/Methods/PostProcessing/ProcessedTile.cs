using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using TorchSharp;

namespace MergeOps.Methods.PostProcessing;

/// <summary>A tile as one of several that work on it one after the other sees it: in the pieces that it wants.</summary>
/// <param name="tile">What was read.</param>
/// <param name="shape">The whole tensor's shape.</param>
/// <param name="from">The pieces in which it was read.</param>
/// <param name="to">The pieces that are wanted; smaller ones or the same.</param>
internal sealed class ProcessedTile(Tile tile, ImmutableArray<long> shape, TileLayout from, TileLayout to) : Tile
{
    // methods use the first ones
    private const int KeptSlot = 6;
    private const int MergedSlot = 7;

    private torch.Tensor[]? models;

    /// <summary>Tiles that are kept beside those of the method.</summary>
    public static int Slots => 2;

    /// <summary>Whether the base is the copy that was kept of it.</summary>
    public bool HasKeptBase { get; init; }

    /// <summary>Whether the output goes to where it is looked at only.</summary>
    public bool IsLookedAt { get; init; }

    public override long Start => tile.Start;

    public override long Length => tile.Length;

    public override torch.Tensor Base => View(HasKeptBase ? tile.Scratch(KeptSlot) : tile.Base);

    public override IReadOnlyList<torch.Tensor> Models => models ??= [.. tile.Models.Select(View)];

    public override IReadOnlyList<torch.Tensor> Statistics => [.. tile.Statistics.Select(View)];

    public override torch.Tensor BaseStatistic => View(tile.BaseStatistic);

    public override torch.Tensor Output => View(IsLookedAt ? tile.Scratch(MergedSlot) : tile.Output);

    public override torch.Tensor Scratch(int slot) => View(tile.Scratch(slot));

    /// <summary>Keeps the base before a method overwrites it.</summary>
    public static void KeepBase(Tile tile) => tile.Scratch(KeptSlot).copy_(tile.Base);

    private torch.Tensor View(torch.Tensor tensor) => from == to ? tensor
        : to == TileLayout.Elements ? tensor.view(-1)
        : tensor.view(-1, shape.IsEmpty ? 1 : shape[^1]);
}
