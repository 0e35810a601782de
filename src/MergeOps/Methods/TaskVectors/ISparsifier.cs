using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>Drops entries of one model's task vector (the model minus the base).</summary>
internal interface ISparsifier
{
    /// <summary>What <c>rescale: inverse_density</c> multiplies the kept entries with.</summary>
    double InverseDensity { get; }

    /// <summary>Whether it must see the task vector (again) before it can drop anything.</summary>
    bool NeedsScan { get; }

    /// <summary>Whether it is enough to see a sample of the task vector this time.</summary>
    bool NeedsSample { get; }

    /// <summary>Looks at one tile of the current scan.</summary>
    void Observe(torch.Tensor delta);

    /// <summary>Ends the current scan.</summary>
    void EndScan();

    /// <summary>Starts a pass of <see cref="Drop"/> over the tensor.</summary>
    void Rewind();

    /// <summary>Sets the dropped entries to zero, in place; the tiles of a pass come in ascending order.</summary>
    /// <param name="delta">A tile of the task vector.</param>
    /// <param name="start">The index of its first element in the whole tensor.</param>
    void Drop(torch.Tensor delta, long start);
}
