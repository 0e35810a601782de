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
    /// <param name="known">What was left out knowingly.</param>
    /// <param name="isSliced">Whether the recipe chooses layers; then those that it does not choose are meant to go.</param>
    public static ImmutableArray<DroppedTensor> Complete(
        ArchitectureRules rules, ImmutableArray<PlannedModel> owners, int modelCount, ImmutableArray<TensorJob> jobs, IEnumerable<DroppedTensor> known, bool isSliced)
    {
        // a router may be made of statistics, all of which are used or none
        var read = new OriginSet();
        foreach (var input in jobs.SelectMany(job => job.Read))
        {
            if (input.Source is Stored stored)
            {
                read.Add(stored);
                continue;
            }

            foreach (var tensor in input.Source.Origins)
            {
                read.Add(tensor.Model, tensor.Name);
            }
        }

        var outputs = jobs.Select(job => job.Name).ToHashSet(StringComparer.Ordinal);
        var reasons = new Dictionary<ModelTensor, DroppedTensor>();
        foreach (var dropped in known)
        {
            reasons.TryAdd(new(dropped.Model, dropped.Name), dropped);
        }

        return
        [
            .. owners
                .SelectMany((model, index) => model.Checkpoint.Tensors.Keys.Where(name => !read.Has(index, name)).Select(name => new ModelTensor(index, name)))
                .Select(tensor => reasons.GetValueOrDefault(tensor)
                    ?? (tensor.Model >= modelCount ? new(tensor.Model, tensor.Name, "nothing that it changes is in the output")
                        : Unread(rules, tensor, rules.NamesOf(owners[tensor.Model].Reference.ToString(), tensor.Name)[0], outputs, isSliced || !read.HasAnyOf(tensor.Model)))),
        ];
    }

    private static DroppedTensor Unread(ArchitectureRules rules, ModelTensor tensor, string name, HashSet<string> outputs, bool isMeant) =>
        outputs.Contains(name) ? new(tensor.Model, tensor.Name, "the output takes it from another model")
        : !isMeant ? new(tensor.Model, tensor.Name, "the model that shapes the output has no such layers") { IsLost = true }
        : new(tensor.Model, tensor.Name, rules.LayerOf(name) is not null ? "no slice uses its layer" : "no slice uses it");
}
