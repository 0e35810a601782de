namespace MergeOps.Planning.TensorSources;

/// <summary>What an explanation has told so far, so that it tells nothing twice.</summary>
/// <param name="nameOf">What the recipe calls a model or an adapter: an index into <see cref="MergePlan.Owners"/>.</param>
internal sealed class ToldSources(Func<int, string> nameOf)
{
    private readonly HashSet<object> told = new(ReferenceEqualityComparer.Instance);

    /// <summary>What the recipe calls a model or an adapter.</summary>
    public string NameOf(int owner) => nameOf(owner);

    /// <summary>Whether something is told for the first time.</summary>
    public bool IsNew(object what) => told.Add(what);
}
