using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Files;
using MergeOps.Planning;

namespace MergeOps.Merging;

/// <summary>A merged model on disk.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="PlanDigest">The plan that made it.</param>
/// <param name="ModelDigest">The digest of its tensors, independent of shards.</param>
/// <param name="NumericClass">Machines of one class give the same bytes.</param>
/// <param name="WasThere">Whether it was complete before the merge began, so that nothing was done.</param>
/// <param name="ResumedTensors">Tensors that an interrupted merge had left intact.</param>
/// <param name="Timings">What took how long.</param>
/// <param name="Evidence">By what the weights were known: those that were read, or those of the output when nothing was done.</param>
/// <param name="Notes">What people should know.</param>
internal sealed record MergedCheckpoint(
    string Folder,
    string PlanDigest,
    string ModelDigest,
    string NumericClass,
    bool WasThere,
    int ResumedTensors,
    MergeTimings Timings,
    MergeEvidence Evidence,
    ImmutableArray<Diagnostic> Notes)
{
    /// <summary>What was done for it; null where nothing was.</summary>
    public MergeAmounts? Amounts { get; init; }
}

/// <summary>What a merge did.</summary>
/// <param name="TensorsMade">Tensors that were made, those of an interrupted run too.</param>
/// <param name="TensorsCopied">Tensors that were copied from an earlier merge.</param>
/// <param name="BytesRead">Bytes of input tensors that had to be read, each counted once.</param>
/// <param name="BytesMade">Bytes of the tensors that were made.</param>
/// <param name="BytesCopied">Bytes of the tensors that were copied.</param>
internal sealed record MergeAmounts(int TensorsMade, int TensorsCopied, long BytesRead, long BytesMade, long BytesCopied)
{
    /// <summary>Adds up.</summary>
    /// <param name="plan">What was carried out.</param>
    /// <param name="written">What came of it.</param>
    public static MergeAmounts Of(MergePlan plan, WrittenTensors written) => new(
        plan.Jobs.Length - written.Copied, written.Copied, PlanEstimate.BytesReadBy(plan), plan.Jobs.Sum(job => job.ByteLength) - written.BytesCopied, written.BytesCopied);
}

/// <summary>The phases of a merge.</summary>
/// <param name="Start">Loading libtorch, checking and creating the output.</param>
/// <param name="Tensors">Reading, computing and writing.</param>
/// <param name="Flush">Flushing to the disk and the move to the final name.</param>
internal readonly record struct MergeTimings(TimeSpan Start, TimeSpan Tensors, TimeSpan Flush)
{
    /// <summary>The time of all processors of this process from the first tensor on.</summary>
    public TimeSpan Processors { get; init; }

    /// <summary>What the second half of the bytes took of <see cref="Tensors"/>, and of <see cref="Processors"/>; null where it is not known.</summary>
    public (TimeSpan Tensors, TimeSpan Processors)? SecondHalf { get; init; }

    /// <summary>The phases with a pace that does not depend on how much was merged: what the first half took longer than the second, until code was compiled and memory was there, belongs to the start.</summary>
    public MergeTimings Steady => SecondHalf is { } half && 2 * half.Tensors < Tensors
        ? new(Start + Tensors - (2 * half.Tensors), 2 * half.Tensors, Flush) { Processors = 2 * half.Processors < Processors ? 2 * half.Processors : Processors }
        : this;
}
