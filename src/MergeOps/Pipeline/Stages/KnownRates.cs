using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Planning;
using MergeOps.Planning.Costs;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// How fast this machine merges and fetches, as its own merges showed: kept in MergeOps' home folder beside the caches, and
/// nothing but estimates depends on it.
/// </summary>
/// <param name="home">The folder.</param>
internal sealed class KnownRates(MergeOpsHome home)
{
    private const string FileName = "rates.json";
    private const int LargestFile = 1 << 16;
    private const string Merging = "merge";
    private const string Fetching = "fetchSecondsPerByte";

    /// <summary>How fast it merges; null where it has not merged enough yet.</summary>
    public MachineRates? Merge => Read()[Merging] is JsonObject merge
        && Number(merge, "startSeconds") is { } start && Number(merge, "secondsPerByte") is { } perByte && Number(merge, "processorSecondsPerUnit") is { } perArithmetic
        && Number(merge, "threads") is >= 1 and { } threads && Number(merge, "bytes") is >= 1 and { } bytes && Number(merge, "arithmetic") is { } arithmetic
            ? new(start, perByte, perArithmetic, (int)threads, new((long)bytes, arithmetic))
            : null;

    /// <summary>Seconds for each byte that comes from the Hub; null where too few have come yet.</summary>
    public double? Fetch => Number(Read(), Fetching);

    /// <summary>Learns from a merge that was made as a whole; one that tells less than is known is forgotten.</summary>
    /// <param name="plan">What was carried out.</param>
    /// <param name="timings">How long it took.</param>
    /// <param name="threads">How many threads worked.</param>
    public void Learn(MergePlan plan, MergeTimings timings, int threads)
    {
        var rates = MachineRates.Of(MergeCost.Of(plan), timings.Start, timings.Tensors + timings.Flush, timings.Processors, threads);
        if (rates is not null && (Merge is not { } known || rates.SaysMoreThan(known)))
        {
            Remember(Merging, new JsonObject
            {
                ["startSeconds"] = rates.Start,
                ["secondsPerByte"] = rates.PerByte,
                ["processorSecondsPerUnit"] = rates.PerArithmetic,
                ["threads"] = rates.Threads,
                ["bytes"] = rates.Measured.BytesMoved,
                ["arithmetic"] = rates.Measured.Arithmetic,
            });
        }
    }

    /// <summary>Learns from what was fetched.</summary>
    /// <param name="bytes">How many bytes came.</param>
    /// <param name="time">How long they took.</param>
    public void Learn(long bytes, TimeSpan time)
    {
        if (bytes >= MachineRates.LeastBytes)
        {
            Remember(Fetching, JsonValue.Create(time.TotalSeconds / bytes));
        }
    }

    // a text from anywhere; no number here is larger
    private static double? Number(JsonObject map, string key) => map[key] is JsonValue value && value.TryGetValue(out double number) && number is >= 0 and < 1e18 ? number : null;

    private JsonObject Read()
    {
        try
        {
            return PlainFile.Recall(home[FileName], LargestFile) is { } text && JsonNode.Parse(text) is JsonObject known ? known : [];
        }
        catch (JsonException)
        {
            // whatever it is, the next merge writes it anew
            return [];
        }
    }

    private void Remember(string key, JsonNode value)
    {
        var known = Read();
        known[key] = value;
        try
        {
            home.Write(home[FileName], Encoding.UTF8.GetBytes(CanonicalJson.Write(known)));
        }
        catch (MergeOpsException refusal) when (refusal.Diagnostic.Code == Codes.HomeUnwritable)
        {
            // the merge is made; the next plan has no estimate
        }
    }
}
