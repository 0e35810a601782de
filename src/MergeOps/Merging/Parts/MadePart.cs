using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Files;
using MergeOps.Planning;

namespace MergeOps.Merging.Parts;

/// <summary>A part of a merge on disk.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="PlanDigest">The plan of the whole merge.</param>
/// <param name="Partition">Which partition it is.</param>
/// <param name="Files">The files of the output that it holds; none where there are more partitions than files.</param>
/// <param name="NumericClass">Machines of one class give the same bytes; null where it has no file.</param>
/// <param name="WasThere">Whether it was complete before, so that nothing was done.</param>
/// <param name="ResumedTensors">Tensors that an interrupted run had left intact.</param>
/// <param name="Timings">What took how long.</param>
/// <param name="Evidence">By what the weights that were read were known.</param>
/// <param name="Notes">What people should know.</param>
internal sealed record MadePart(
    string Folder,
    string PlanDigest,
    Partition Partition,
    ImmutableArray<string> Files,
    string? NumericClass,
    bool WasThere,
    int ResumedTensors,
    MergeTimings Timings,
    MergeEvidence Evidence,
    ImmutableArray<Diagnostic> Notes);
