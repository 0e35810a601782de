using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Files;

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
    ImmutableArray<Diagnostic> Notes);

/// <summary>The phases of a merge.</summary>
/// <param name="Start">Loading libtorch, checking and creating the output.</param>
/// <param name="Tensors">Reading, computing and writing.</param>
/// <param name="Flush">Flushing to the disk and the move to the final name.</param>
internal readonly record struct MergeTimings(TimeSpan Start, TimeSpan Tensors, TimeSpan Flush);
