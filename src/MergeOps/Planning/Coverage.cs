using System.Collections.Immutable;

using MergeOps.Architectures;
namespace MergeOps.Planning;

/// <summary>Accounts for every tensor of every input: it is merged, copied or dropped with a reason.</summary>
internal static class Coverage
{
    /// <summary>The tensors that no job reads, each with its reason, in the order of models and names.</summary>
    public static ImmutableArray<DroppedTensor> Complete(
        ImmutableArray<PlannedModel> models, ImmutableArray<TensorJob> jobs, IEnumerable<DroppedTensor> known)
    {
        var read = jobs.SelectMany(job => job.Read).Select(input => input.Source).ToHashSet();
        var outputs = jobs.Select(job => job.Name).ToHashSet(StringComparer.Ordinal);
        var reasons = new Dictionary<ModelTensor, string>();
        foreach (var dropped in known)
        {
            reasons.TryAdd(new(dropped.Model, dropped.Name), dropped.Reason);
        }

        return
        [
            .. models
                .SelectMany((model, index) => model.Checkpoint.Tensors.Keys.Select(name => new ModelTensor(index, name)))
                .Where(tensor => !read.Contains(tensor))
                .Select(tensor => new DroppedTensor(tensor.Model, tensor.Name, reasons.GetValueOrDefault(tensor) ?? ReasonFor(tensor.Name, outputs))),
        ];
    }

    private static string ReasonFor(string name, HashSet<string> outputs) =>
        outputs.Contains(name) ? "the output takes it from another model"
        : TensorNames.LayerOf(name) is not null ? "no slice uses its layer"
        : "no slice uses it";
}
