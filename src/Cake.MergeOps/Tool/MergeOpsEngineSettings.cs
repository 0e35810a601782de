using Cake.Core.IO;
using Cake.Core.Tooling;

namespace Cake.MergeOps;

/// <summary>Settings of the verbs that merge. None of them changes a byte of a tensor: only the recipe does.</summary>
public abstract class MergeOpsEngineSettings : ToolSettings
{
    /// <summary>Gets or sets the device: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>; null leaves it to the tool (<c>auto</c>).</summary>
    public string? Device { get; set; }

    /// <summary>Gets or sets the memory for buffers, such as <c>500MB</c> or <c>2GiB</c>; null leaves it to the tool (1 GiB).</summary>
    public string? MaxMemory { get; set; }

    /// <summary>Gets or sets the number of worker threads, 1 to 1024; null takes one for each processor.</summary>
    public int? Threads { get; set; }

    /// <summary>Gets or sets the size of an output file, such as <c>5GB</c>; null takes the recipe's.</summary>
    public string? ShardSize { get; set; }

    /// <summary>Gets or sets a value indicating whether unfinished merges of other plans beside the output are removed.</summary>
    public bool Clean { get; set; }

    internal ProcessArgumentBuilder AppendTo(ProcessArgumentBuilder arguments) => arguments
        .AppendOption("--device", Device)
        .AppendOption("--max-memory", MaxMemory)
        .AppendOption("--threads", Threads?.ToString(System.Globalization.CultureInfo.InvariantCulture))
        .AppendOption("--shard-size", ShardSize)
        .AppendFlag("--clean", Clean);
}
