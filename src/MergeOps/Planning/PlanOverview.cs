using System.Collections.Immutable;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Planning;

/// <summary>A model that goes into a merge.</summary>
/// <param name="Model">As the recipe writes it.</param>
/// <param name="Tensors">How many tensors it has.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="IsLocked">Whether every file of it is pinned by its digest.</param>
internal sealed record OverviewInput(string Model, int Tensors, long Bytes, bool IsLocked);

/// <summary>Tensors to which the same is done.</summary>
/// <param name="What">What is done, in the words of the recipe.</param>
/// <param name="Tensors">How many they are.</param>
/// <param name="Bytes">Their bytes; of the output, or of the input for what is dropped.</param>
internal sealed record OverviewGroup(string What, int Tensors, long Bytes);

/// <summary>A stage: what another recipe of the file makes, and this one uses.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Groups">What is done for it.</param>
internal sealed record OverviewStage(string Name, ImmutableArray<OverviewGroup> Groups);

/// <summary>Files that a model gives to the output beside its weights.</summary>
/// <param name="Model">As the recipe writes it.</param>
/// <param name="Paths">The files, in ordinal order.</param>
internal sealed record OverviewFiles(string Model, ImmutableArray<string> Paths);

/// <summary>What people want to know of a plan, without its tensors one by one: raw text, escaped by whoever shows it.</summary>
/// <param name="Name">The merged model's name.</param>
/// <param name="Digest">The plan's digest, 64 hex digits.</param>
/// <param name="Inputs">The models, in the recipe's order, then the adapters.</param>
/// <param name="Groups">What is done, in the order of the first tensor, then what is dropped.</param>
/// <param name="Tensors">Output tensors.</param>
/// <param name="DTypes">Their number types, in ordinal order.</param>
/// <param name="Seed">The seed of random masks.</param>
/// <param name="Estimate">What the merge costs.</param>
internal sealed record PlanOverview(
    string Name,
    string Digest,
    ImmutableArray<OverviewInput> Inputs,
    ImmutableArray<OverviewGroup> Groups,
    int Tensors,
    ImmutableArray<string> DTypes,
    ulong Seed,
    PlanEstimate Estimate)
{
    /// <summary>What is copied beside the weights, by the models that give it; nothing in overviews that older versions wrote.</summary>
    public ImmutableArray<OverviewFiles> Files { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>How the vocabularies differ and what the rows of the output hold; nothing where all is one vocabulary, and in overviews that older versions wrote.</summary>
    public ImmutableArray<string> Vocabulary { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The stages, in the order in which they could be made; nothing in overviews that older versions wrote.</summary>
    public ImmutableArray<OverviewStage> Stages { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What a streamed merge has on the disk at once; null in overviews that older versions wrote.</summary>
    public long? StreamedDisk { get; init; }

    /// <summary>The overview of a plan.</summary>
    public static PlanOverview Of(MergePlan plan) => new(
        plan.Name,
        plan.Digest,
        [
            .. plan.Owners.Where(model => !model.IsStage).Select(model => new OverviewInput(
                model.Reference.ToString(), model.Checkpoint.Tensors.Count, model.Checkpoint.Tensors.Values.Sum(tensor => tensor.ByteLength), model.IsLocked)),
        ],
        [.. GroupsOf(plan)],
        plan.Jobs.Length,
        [.. plan.Jobs.Select(job => job.DType.ToString()).Distinct().Order(StringComparer.Ordinal)],
        plan.Seed,
        PlanEstimate.Of(plan))
    {
        StreamedDisk = Planning.StreamedDisk.Of(plan.LayoutFor()),
        Vocabulary = plan.Vocabulary,
        Files =
        [
            .. plan.Owners
                .Select((model, index) => new OverviewFiles(
                    model.Reference.ToString(), [.. plan.Companions.Where(companion => companion.Model == index).Select(companion => companion.Path)]))
                .Where(files => !files.Paths.IsEmpty),
        ],
        Stages = [.. plan.Stages.Select(stage => new OverviewStage(stage.Name, [.. GroupsOf(stage)]))],
    };

    private static IEnumerable<OverviewGroup> GroupsOf(MergePlan plan)
    {
        // what is done is put into words once for all tensors that are made alike
        var jobs = plan.Jobs
            .GroupBy(job => job, AlikeJobs.Instance)
            .GroupBy(alike => Factors(alike.Key, plan) + What(alike.Key, plan))
            .Select(group => new OverviewGroup(group.Key, group.Sum(alike => alike.Count()), group.Sum(alike => alike.Sum(job => job.ByteLength))));
        var leftOut = (plan.Lora?.LeftOut ?? [])
            .GroupBy(job => $"left out of the adapter, and measured: {What(job, plan)}")
            .Select(group => new OverviewGroup(group.Key, group.Count(), group.Sum(job => job.ByteLength)));
        var dropped = plan.Dropped
            .GroupBy(drop => $"dropped from {plan.Owners[drop.Model].Reference}: {drop.Reason}")
            .Select(group => new OverviewGroup(
                group.Key, group.Count(), group.Sum(drop => plan.Owners[drop.Model].Checkpoint.Tensors[drop.Name].ByteLength)));
        return jobs.Concat(leftOut).Concat(dropped);
    }

    private static string What(TensorJob job, MergePlan plan) =>
        job.Kind == JobKind.Merge ? Merge(job, plan) : $"copy of {plan.Models[job.Inputs[0].Model].Reference}: {job.Reason}";

    private static string Factors(TensorJob job, MergePlan plan) => job.Factor switch
    {
        null => "",
        { Core: { } core } factor => $"factors of rank {factor.Rank} of what changes, merged in the space of {core.Ranks} ranks: ",
        var factor => $"factors of rank {factor.Rank} of what differs from {plan.Models[job.Compared!.Model].Reference}: ",
    };

    private static string Merge(TensorJob job, MergePlan plan)
    {
        var inputs = string.Join(", ", job.Inputs.Select(input => Input(input, plan)));
        var onBase = job.Base is { } b ? $" on {plan.Models[b.Model].Reference}" : "";
        var statistics = job.Statistics.IsEmpty
            ? job.Method!.ModelStatistic is { } kind ? $" without {RecipeKeys.NameOf(kind)} statistics" : ""
            : $" by {string.Join(" and ", job.Statistics.Select(statistic => RecipeKeys.NameOf(statistic.Kind)).Distinct())} statistics";
        var reason = job.Reason is { } why ? $"; {why}" : "";
        return $"{job.MethodName}({string.Join(", ", job.Parameters.Values.Select(p => $"{p.Parameter.Name} {p.Value}"))}) of {inputs}{onBase}{statistics}{reason}";
    }

    private static string Input(JobInput input, MergePlan plan) =>
        plan.Models[input.Model].Reference.ToString()
        + (input.Parameters.Values.IsEmpty ? "" : $"({string.Join(", ", input.Parameters.Values.Select(p => $"{p.Parameter.Name} {p.Value}"))})");
}
