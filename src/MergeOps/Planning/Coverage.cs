using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Planning;

/// <summary>Accounts for every tensor of every input: it is merged, copied or dropped with a reason.</summary>
internal static class Coverage
{
    /// <summary>The tensors that no job reads, each with its reason, in the order of models and names.</summary>
    /// <param name="rules">What tensors are told by.</param>
    /// <param name="owners">The plan's models, then its adapters.</param>
    /// <param name="modelCount">How many of them are models.</param>
    /// <param name="jobs">Its jobs.</param>
    /// <param name="slots">Where they come from: a model may have a tensor in common with the others, and give nothing to it.</param>
    /// <param name="known">What was left out knowingly.</param>
    /// <param name="isSliced">Whether the recipe chooses layers; then those that it does not choose are meant to go.</param>
    public static ImmutableArray<DroppedTensor> Complete(
        ArchitectureRules rules, ImmutableArray<PlannedModel> owners, int modelCount, ImmutableArray<TensorJob> jobs, IReadOnlyList<OutputSlot> slots, IEnumerable<DroppedTensor> known, bool isSliced)
    {
        // a router may be made of statistics, all of which are used or none
        var read = OriginsOf(owners, jobs.SelectMany(job => job.Read).Select(input => input.Source));

        // mostly nothing asks
        var offered = new Lazy<OriginSet>(() => OriginsOf(owners, slots.SelectMany(slot => slot.Inputs).Select(input => input.Source)));
        var outputs = new Lazy<HashSet<string>>(() => jobs.Select(job => job.Name).ToHashSet(StringComparer.Ordinal));
        var reasons = new Dictionary<ModelTensor, DroppedTensor>();
        foreach (var dropped in known)
        {
            reasons.TryAdd(new(dropped.Model, dropped.Name), dropped);
        }

        return
        [
            .. owners
                .SelectMany((model, index) => model.Checkpoint.Tensors.Keys.Where(name => !read.Has(index, name)).Select(name => new ModelTensor(index, name)))
                .Select(tensor => reasons.GetValueOrDefault(tensor) is { } dropped ? dropped with { IsLost = dropped.IsLost && (tensor.Model >= modelCount || read.HasAnyOf(tensor.Model)) }
                    : (tensor.Model >= modelCount ? new(tensor.Model, tensor.Name, "nothing that it changes is in the output")
                        : Unread(rules, tensor, rules.NamesOf(owners[tensor.Model].Reference.ToString(), tensor.Name)[0], name => outputs.Value.Contains(name) || offered.Value.Has(tensor.Model, tensor.Name), isSliced || !read.HasAnyOf(tensor.Model)))),
        ];
    }

    private static OriginSet OriginsOf(ImmutableArray<PlannedModel> owners, IEnumerable<TensorSource> sources)
    {
        var origins = new OriginSet(owners);
        foreach (var source in sources)
        {
            if (source is Stored stored)
            {
                origins.Add(stored);
                continue;
            }

            foreach (var tensor in source.Origins)
            {
                origins.Add(tensor.Model, tensor.Name);
            }
        }

        return origins;
    }

    private static DroppedTensor Unread(ArchitectureRules rules, ModelTensor tensor, string name, Predicate<string> isInOutput, bool isMeant) =>
        isInOutput(name) ? new(tensor.Model, tensor.Name, "the output takes it from another model")
        : !isMeant ? new(tensor.Model, tensor.Name, "the model that shapes the output has no such layers") { IsLost = true }
        : new(tensor.Model, tensor.Name, rules.LayerOf(name) is not null ? "no slice uses its layer" : "no slice uses it");
}
