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
    public MachineRates? Merge => Read().Merge;

    /// <summary>Seconds for each byte that comes from the Hub; null where too few have come yet.</summary>
    public double? Fetch => Read().Fetch;

    /// <summary>Learns from a merge that was made as a whole; one that tells less than is known is forgotten.</summary>
    /// <param name="plan">What was carried out.</param>
    /// <param name="timings">How long it took.</param>
    /// <param name="threads">How many threads worked.</param>
    public void Learn(MergePlan plan, MergeTimings timings, int threads)
    {
        var steady = timings.Steady;
        var rates = MachineRates.Of(MergeCost.Of(plan), steady.Start, steady.Tensors + steady.Flush, steady.Processors, threads);
        var known = Read();
        if (rates is not null && (known.Merge is null || rates.SaysMoreThan(known.Merge)))
        {
            Write(rates, known.Fetch);
        }
    }

    /// <summary>Learns from what was fetched.</summary>
    /// <param name="bytes">How many bytes came.</param>
    /// <param name="time">How long they took.</param>
    public void Learn(long bytes, TimeSpan time)
    {
        if (bytes >= MachineRates.LeastBytes)
        {
            Write(Merge, time.TotalSeconds / bytes);
        }
    }

    private (MachineRates? Merge, double? Fetch) Read()
    {
        try
        {
            return PlainFile.Recall(home[FileName], LargestFile) is { } text && JsonNode.Parse(text) is JsonObject known
                ? (known[Merging] is JsonObject merge ? RatesOf(merge) : null, Number(known, Fetching))
                : default;
        }
        catch (Exception broken) when (broken is JsonException or ArgumentException or InvalidOperationException)
        {
            // ArgumentException: a key that occurs twice; InvalidOperationException: half of a surrogate pair. The next merge writes it anew
            return default;
        }
    }

    private static MachineRates? RatesOf(JsonObject merge) =>
        Number(merge, "startSeconds") is { } start && Number(merge, "secondsPerByte") is { } perByte && Number(merge, "processorSecondsPerUnit") is { } perArithmetic
        && Number(merge, "threads") is >= 1 and { } threads && Number(merge, "bytes") is >= 1 and { } bytes && Number(merge, "arithmetic") is { } arithmetic
            ? new(start, perByte, perArithmetic, (int)threads, new((long)bytes, arithmetic))
            : null;

    // a text from anywhere; no number here is larger
    private static double? Number(JsonObject map, string key) => map[key] is JsonValue value && value.TryGetValue(out double number) && number is >= 0 and < 1e18 ? number : null;

    private void Write(MachineRates? merge, double? fetch)
    {
        var known = new JsonObject();
        if (merge is not null)
        {
            known[Merging] = new JsonObject
            {
                ["startSeconds"] = merge.Start,
                ["secondsPerByte"] = merge.PerByte,
                ["processorSecondsPerUnit"] = merge.PerArithmetic,
                ["threads"] = merge.Threads,
                ["bytes"] = merge.Measured.BytesMoved,
                ["arithmetic"] = merge.Measured.Arithmetic,
            };
        }

        if (fetch is not null)
        {
            known[Fetching] = fetch;
        }

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
