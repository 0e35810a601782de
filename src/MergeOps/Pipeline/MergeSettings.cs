using MergeOps.Merging;

namespace MergeOps.Pipeline;

/// <summary>How to merge. Nothing here changes a byte of a tensor, except the device, which the numeric class names.</summary>
public sealed record MergeSettings
{
    private static readonly MergeOptions Usual = new() { Output = "" };

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = Usual.Device;

    /// <summary>Bytes that buffers may take beyond libtorch itself; at least 16 MB.</summary>
    public long MaxMemory { get; init; } = Usual.MaxMemory;

    /// <summary>Worker threads, at least 1.</summary>
    public int Threads { get; init; } = Usual.Threads;

    /// <summary>The size of one output file in bytes; null takes the recipe's.</summary>
    public long? ShardSize { get; init; }

    /// <summary>Lets the merge replace an earlier one, which stays until this one is complete.</summary>
    public bool Replace { get; init; }

    /// <summary>The engine's options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    internal MergeOptions OptionsFor(string output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMemory, MergeOptions.LeastMemory);
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        return Usual with { Output = output, Device = Device, MaxMemory = MaxMemory, Threads = Threads, ShardSize = ShardSize, Replace = Replace };
    }
}
