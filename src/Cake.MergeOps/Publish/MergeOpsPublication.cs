namespace Cake.MergeOps;

/// <summary>A model under its version.</summary>
/// <param name="Place">The folder or the address of the version.</param>
/// <param name="Version">The version.</param>
/// <param name="ModelDigest">The digest of its tensors.</param>
/// <param name="WasThere">Whether it was already published, so that nothing was done.</param>
/// <param name="Steps">What was done or would be done, in order.</param>
public sealed record MergeOpsPublication(string Place, string Version, string ModelDigest, bool WasThere, IReadOnlyList<string> Steps);

/// <summary>The JSON of the verb.</summary>
internal sealed record PublishResult(MergeOpsPublication? Publication);
