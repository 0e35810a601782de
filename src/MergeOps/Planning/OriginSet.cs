using MergeOps.Planning.TensorSources;

namespace MergeOps.Planning;

/// <summary>Tensors of a plan's owners, each once.</summary>
internal sealed class OriginSet
{
    private readonly List<HashSet<string>?> names = [];

    /// <summary>Adds a stored tensor.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(Stored stored) => Add(stored.Owner, stored.Tensor.Name);

    /// <summary>Adds a tensor.</summary>
    /// <param name="model">Index into <see cref="MergePlan.Owners"/>.</param>
    /// <param name="name">Its name there.</param>
    /// <returns>Whether it is new.</returns>
    public bool Add(int model, string name)
    {
        while (names.Count <= model)
        {
            names.Add(null);
        }

        return (names[model] ??= new(StringComparer.Ordinal)).Add(name);
    }

    /// <summary>Whether a tensor is among them.</summary>
    public bool Has(int model, string name) => model < names.Count && names[model]?.Contains(name) == true;

    /// <summary>Whether any tensor of a model is.</summary>
    public bool HasAnyOf(int model) => model < names.Count && names[model] is not null;
}
