using System.Globalization;
using System.Text.Json.Serialization;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Planning;
using MergeOps.Planning.Costs;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>What a hosted runner says to a merge.</summary>
/// <param name="Name">Its label.</param>
/// <param name="Fits">Whether its disk and its memory hold it.</param>
/// <param name="FitsStreamed">Whether they do with <c>--stream</c>; null where the recipe cannot be streamed.</param>
/// <param name="Seconds">How long the merge takes there, with this machine's disk; null where nothing was measured here.</param>
internal sealed record RunnerForecast(string Name, bool Fits, bool? FitsStreamed, double? Seconds);

/// <summary>What a merge takes on this machine, as far as earlier merges here tell, and on a hosted runner. Outside every digest.</summary>
/// <param name="Seconds">How long the merge takes; null where nothing was measured yet.</param>
/// <param name="BytesToFetch">Bytes of models that are still to come from the Hub.</param>
/// <param name="SecondsToFetch">How long they take; null where nothing was measured yet.</param>
/// <param name="DiskBytes">Bytes that it needs on the disk, with what is still to come.</param>
/// <param name="MemoryBytes">The least memory that it needs.</param>
internal sealed record CostForecast(double? Seconds, long BytesToFetch, double? SecondsToFetch, long DiskBytes, long MemoryBytes)
{
    // libtorch and the program, before the first tensor
    private const long Loaded = 190L << 20;

    /// <summary>Why this machine cannot hold it, and what would do; null where it can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Objection { get; init; }

    /// <summary>The runner that was asked about.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RunnerForecast? Runner { get; init; }

    /// <summary>The forecast of a plan; null where nothing is known that anybody would want to hear.</summary>
    /// <param name="environment">Names the folders of caches and of what is known.</param>
    /// <param name="planned">The plan with its recipe.</param>
    /// <param name="runner">The runner to ask about; null for none.</param>
    public static CostForecast? Of(HostEnvironment environment, PlannedRecipe planned, Runner? runner)
    {
        var (plan, rates) = (planned.Plan, new KnownRates(environment.Home));
        var space = new MergeSpace(environment, planned, new MergeOptions { Output = RunFolder.FolderOfAll(environment.Home) });
        var (merge, fetch) = (rates.Merge, rates.Fetch);
        var objection = space.Objection(plan, plan.Jobs.Sum(job => job.ByteLength))?.Diagnostic.Detail;
        if (merge is null && runner is null && objection is null)
        {
            return null;
        }

        var (cost, estimate, toFetch) = (MergeCost.Of(plan), PlanEstimate.Of(plan), space.BytesToFetch(plan));
        return new(merge?.SecondsOf(cost), toFetch, fetch * toFetch, toFetch + estimate.BytesToWrite, Loaded + (Environment.ProcessorCount * estimate.BufferBytes))
        {
            Objection = objection,
            Runner = runner is null ? null : new(
                runner.Name,
                MergeSpace.BytesOnHub(plan) + estimate.BytesToWrite <= runner.Disk && Loaded + (runner.Processors * estimate.BufferBytes) <= runner.Memory,
                StreamMerge.Objection(planned) is not null ? null : StreamedDisk.Of(plan.LayoutFor()) <= runner.Disk,
                (merge is null ? null : merge with { Threads = runner.Processors })?.SecondsOf(cost)),
        };
    }

    /// <summary>Lines for people.</summary>
    public string Text()
    {
        var fetched = SecondsToFetch is { } fetching && BytesToFetch > 0 ? $", and about {Duration(fetching)} to fetch {ByteText.Of(BytesToFetch)}" : "";
        var time = Seconds is { } seconds ? $"Time:   about {Duration(seconds)} to merge on this machine{fetched}\n" : "";
        return $"{time}Memory: {ByteText.Of(MemoryBytes)} at least\n" + (Objection is null ? "" : $"Does not fit here: {Objection}\n") + (Runner is null ? "" : $"{Text(Runner)}\n");
    }

    private static string Text(RunnerForecast runner)
    {
        var time = runner.Seconds is { } seconds ? $" about {Duration(seconds)} with a disk like this machine's;" : "";
        return $"Runner: {runner.Name}:{time} {(runner.Fits ? "disk and memory hold it"
            : runner.FitsStreamed switch
            {
                true => "it does not fit on its disk or in its memory, but does with `--stream`",
                false => "it does not fit on its disk or in its memory, even with `--stream` at this shard_size",
                null => "it does not fit on its disk or in its memory, and it cannot be streamed",
            })}";
    }

    private static string Duration(double seconds) => seconds switch
    {
        < 1 => "a second",
        < 99.5 => Number(seconds, "s"),
        < 5970 => Number(seconds / 60, "min"),
        _ => Number(seconds / 3600, "h"),
    };

    private static string Number(double number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{number.ToString(number < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture)} {unit}");
}
