namespace Cake.MergeOps;

/// <summary>A merged model on disk.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="PlanDigest">The plan that made it.</param>
/// <param name="ModelDigest">The digest of its tensors, independent of files.</param>
/// <param name="NumericClass">Machines of the same class give the same bytes.</param>
/// <param name="WasThere">Whether it was already complete, so that nothing was done.</param>
public sealed record MergeOpsModel(string Folder, string PlanDigest, string ModelDigest, string NumericClass, bool WasThere);

/// <summary>The JSON of the verb.</summary>
internal sealed record MergeResult(MergeOpsModel Model);
