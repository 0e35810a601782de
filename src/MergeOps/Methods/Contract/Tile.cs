using TorchSharp;

namespace MergeOps.Methods.Contract;

/// <summary>
/// One piece of a tensor, in the arithmetic's type: float32, or float64 when an input is float64. All tensors of a tile
/// have one shape: [n], [rows, length] or the whole, as the method's layout says. Base and models are the method's to
/// overwrite: they are pooled copies.
/// </summary>
public abstract class Tile
{
    /// <summary>Index of the tile's first element in the whole tensor (row-major).</summary>
    public abstract long Start { get; }

    /// <summary>Number of elements.</summary>
    public abstract long Length { get; }

    /// <summary>The base model's piece; throws when the job has no base.</summary>
    public abstract torch.Tensor Base { get; }

    /// <summary>The models' pieces in the recipe's order, the base not among them.</summary>
    public abstract IReadOnlyList<torch.Tensor> Models { get; }

    /// <summary>The pieces of the models' statistics that have the weights' shape, in the order of the models; empty when there are none. The method's to overwrite.</summary>
    public virtual IReadOnlyList<torch.Tensor> Statistics => [];

    /// <summary>The piece of the base's statistic; throws when there is none.</summary>
    public virtual torch.Tensor BaseStatistic => throw new InvalidOperationException("this tensor has no statistic of the base");

    /// <summary>Where the result goes; every element must be written. Not available during a scan.</summary>
    public abstract torch.Tensor Output { get; }

    /// <summary>A pooled buffer of the tile's shape and type with undefined contents; equal slots give the same buffer.</summary>
    public abstract torch.Tensor Scratch(int slot);
}
