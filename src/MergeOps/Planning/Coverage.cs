using System.Collections.Immutable;

namespace MergeOps.Planning;

/// <summary>Accounts for every tensor of every input: it is merged, copied or dropped with a reason.</summary>
internal static class Coverage
{
    /// <summary>The tensors that no job reads, each with its reason, in the order of models and names.</summary>
    public static ImmutableArray<DroppedTensor> Complete(
        ImmutableArray<PlannedModel> models, ImmutableArray<TensorJob> jobs, IEnumerable<DroppedTensor> known)
    {
        var read = jobs
            .SelectMany(job => job.Base is null ? job.Inputs : job.Inputs.Add(job.Base))
            .Select(input => (input.Model, input.Tensor.Name))
            .ToHashSet();
        var outputs = jobs.Select(job => job.Name).ToHashSet(StringComparer.Ordinal);
        var reasons = known.DistinctBy(dropped => (dropped.Model, dropped.Name)).ToDictionary(dropped => (dropped.Model, dropped.Name), dropped => dropped.Reason);
        return
        [
            .. from model in Enumerable.Range(0, models.Length)
               from name in models[model].Checkpoint.Tensors.Keys
               where !read.Contains((model, name))
               select new DroppedTensor(model, name, reasons.GetValueOrDefault((model, name)) ?? ReasonFor(name, outputs)),
        ];
    }

    private static string ReasonFor(string name, HashSet<string> outputs) =>
        outputs.Contains(name) ? "the output takes it from another model"
        : TensorNames.LayerOf(name) is not null ? "no slice uses its layer"
        : "no slice uses it";
}
