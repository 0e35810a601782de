using System.Collections.Immutable;

namespace MergeOps.Planning;

/// <summary>Collects whose files the stages of a plan read, behind its own models and adapters, each once.</summary>
/// <param name="own">The plan's models, then its adapters.</param>
internal sealed class StageOwners(ImmutableArray<PlannedModel> own)
{
    private readonly ImmutableArray<PlannedModel>.Builder owners = own.ToBuilder();
    private readonly Dictionary<MergePlan, int[]> places = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, object> made = new(ReferenceEqualityComparer.Instance);

    /// <summary>All owners.</summary>
    public ImmutableArray<PlannedModel> All => owners.ToImmutable();

    /// <summary>The place of an owner of a stage's plan among all.</summary>
    public int PlaceOf(MergePlan stage, int owner)
    {
        if (!places.TryGetValue(stage, out var known))
        {
            places[stage] = known = [.. stage.Owners.Select(Place)];
        }

        return known[owner];
    }

    /// <summary>A job of a stage with the places of its stored tensors among all.</summary>
    public TensorJob In(MergePlan stage, TensorJob job) => job.WithStored(new(stored => stored with { Owner = PlaceOf(stage, stored.Owner) }, made));

    // what a stage makes lies nowhere
    private int Place(PlannedModel owner)
    {
        if (owner.IsStage)
        {
            return -1;
        }

        for (var place = 0; place < owners.Count; place++)
        {
            if (owners[place].Reference == owner.Reference && owners[place].Checkpoint.Folder == owner.Checkpoint.Folder)
            {
                // one recipe may take files of a model that another one leaves
                owners[place] = owners[place] with { FileDigests = owners[place].FileDigests.SetItems(owner.FileDigests) };
                return place;
            }
        }

        owners.Add(owner);
        return owners.Count - 1;
    }
}
