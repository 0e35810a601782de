using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Publishing;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>What a merge would make and what it would copy, as far as earlier merges on this machine tell.</summary>
/// <param name="TensorsToMake">Tensors that no earlier merge has.</param>
/// <param name="TensorsToCopy">Those that one has.</param>
/// <param name="BytesToMake">Bytes of the first ones.</param>
/// <param name="BytesToCopy">Bytes of the second ones.</param>
/// <param name="BytesToRead">Bytes of the inputs that the first ones need.</param>
/// <param name="Files">Weight files of the output.</param>
/// <param name="FilesToMake">Those that hold a tensor that is made; where the others are published already, they are not sent again.</param>
internal sealed record ReuseForecast(int TensorsToMake, int TensorsToCopy, long BytesToMake, long BytesToCopy, long BytesToRead, int Files, int FilesToMake)
{
    /// <summary>The forecast; null where no earlier merge has anything.</summary>
    /// <param name="environment">Names the folder of the runs.</param>
    /// <param name="planned">The plan with its recipe, which names where it is published.</param>
    /// <param name="named">An earlier merge that the user names; null for none.</param>
    /// <exception cref="MergeOpsException">The named folder holds no merge, or a damaged one.</exception>
    public static ReuseForecast? Of(HostEnvironment environment, PlannedRecipe planned, string? named)
    {
        var plan = planned.Plan;
        var earlier = new EarlierMerges(environment, plan);
        var outputs = earlier.Find(target: null, named, TargetKind.Find(planned.Recipe, to: null)?.CurrentFolder(environment));
        if (outputs.IsEmpty)
        {
            return null;
        }

        var rest = earlier.Without(outputs);
        var (made, all) = (rest.Made.ToList(), plan.Jobs.Sum(job => job.ByteLength));
        var bytes = made.Sum(job => job.ByteLength);
        var files = plan.LayoutFor().Shards;
        return new(
            made.Count, rest.Reused.Count, bytes, all - bytes, PlanEstimate.BytesReadBy(rest), files.Length, files.Count(file => file.Tensors.Any(tensor => !rest.Reused.Contains(tensor.Name))));
    }

    /// <summary>Why nothing of a merge is used that the user names, as a line for people; null where something is, or nobody names one.</summary>
    public static string? WhyNot(PlannedRecipe planned, string? named) => named is null ? null
        : EarlierMerges.WhyNothing(planned.Plan, new() { Output = "", Reuse = named }).Select(why => $"Reuse:  nothing. {why.Detail}").FirstOrDefault();

    /// <summary>A line for people.</summary>
    public string Text() =>
        $"Reuse:  makes {Quantity.Of(TensorsToMake, "tensor")} ({ByteText.Of(BytesToMake)}) and reads {ByteText.Of(BytesToRead)} for that; copies {Quantity.Of(TensorsToCopy, "tensor")} ({ByteText.Of(BytesToCopy)}) from earlier merges of the same numeric class; {Quantity.Count(FilesToMake)} of {Quantity.Of(Files, "file")} {(FilesToMake == 1 ? "changes" : "change")}";
}
