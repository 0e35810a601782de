using MergeOps.Diagnostics;

namespace MergeOps.Pipeline;

/// <summary>A merged model on disk.</summary>
/// <param name="Folder">Its absolute folder.</param>
/// <param name="PlanDigest">The plan that made it: SHA-256 in lower-case hexadecimal digits.</param>
/// <param name="ModelDigest">SHA-256 over its tensors, whatever the shards, in lower-case hexadecimal digits.</param>
/// <param name="NumericClass">Machines of one class, such as <c>cpu</c>, give the same bytes.</param>
/// <param name="WasThere">Whether it was there already, so that nothing was done.</param>
/// <param name="Findings">What is worth knowing about the merge.</param>
public sealed record MergedModel(
    string Folder, string PlanDigest, string ModelDigest, string NumericClass, bool WasThere, IReadOnlyList<Diagnostic> Findings);
