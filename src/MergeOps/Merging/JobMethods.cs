using MergeOps.Methods.Contract;
using MergeOps.Planning;

namespace MergeOps.Merging;

/// <summary>Looks up what jobs name.</summary>
internal sealed class JobMethods(MethodCatalogue methods)
{
    /// <summary>The method of a job that merges.</summary>
    public MergeMethod Of(TensorJob job) =>
        methods.Find(job.Method) ?? throw new ArgumentException($"no method is called {job.Method}", nameof(job));

    /// <summary>The pieces in which a job's tensors come.</summary>
    public TileLayout LayoutOf(TensorJob job) =>
        job.Kind == JobKind.Copy ? TileLayout.Elements : Of(job).LayoutFor(job.Parameters);
}
