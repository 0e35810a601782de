using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Evaluation.Structure;

/// <summary>Whether the files hold exactly the planned tensors with their shapes and dtypes.</summary>
internal static class PlannedTensors
{
    private const string Name = "planned tensors";

    /// <summary>Names the first tensor that is missing, too many or different.</summary>
    public static CheckResult Check(MergePlan plan, Checkpoint checkpoint)
    {
        foreach (var job in plan.Jobs)
        {
            if (!checkpoint.Tensors.TryGetValue(job.Name, out var tensor))
            {
                return new(Name, CheckVerdict.Failed, $"'{job.Name}' is planned, but missing.");
            }

            if (tensor.DType != job.DType || !tensor.Shape.SequenceEqual(job.Shape))
            {
                return new(
                    Name,
                    CheckVerdict.Failed,
                    $"'{job.Name}' is {Layout(tensor.DType, tensor.Shape)}, but {Layout(job.DType, job.Shape)} is planned.");
            }
        }

        var planned = plan.Jobs.Select(job => job.Name).ToHashSet(StringComparer.Ordinal);
        return checkpoint.Tensors.Keys.FirstOrDefault(name => !planned.Contains(name)) is { } extra
            ? new(Name, CheckVerdict.Failed, $"'{extra}' is present, but not planned.")
            : new(Name, CheckVerdict.Passed, $"All {planned.Count:N0} tensors are there with their shapes and dtypes.");
    }

    private static string Layout(DType dtype, IEnumerable<long> shape) => $"{dtype} [{string.Join(", ", shape)}]";
}
