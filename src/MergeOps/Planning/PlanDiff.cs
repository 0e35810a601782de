using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.Planning;

/// <summary>What a plan changes against an earlier one, tensor by tensor, decided by job digests alone.</summary>
/// <param name="Unchanged">Tensors whose job is the same.</param>
/// <param name="Changed">Tensors that must be made again.</param>
/// <param name="Added">Tensors that the earlier plan did not have.</param>
/// <param name="Removed">Tensors that only the earlier plan has.</param>
/// <param name="BytesToMake">Bytes of the changed and added tensors.</param>
internal sealed record PlanDiff(
    ImmutableArray<string> Unchanged,
    ImmutableArray<string> Changed,
    ImmutableArray<string> Added,
    ImmutableArray<string> Removed,
    long BytesToMake)
{
    /// <summary>Compares a plan with the text of an earlier <c>plan.json</c> or <c>merge-manifest.json</c>.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="path">Where the earlier text comes from.</param>
    /// <param name="earlier">The earlier text.</param>
    /// <exception cref="MergeOpsException">The text is neither.</exception>
    public static PlanDiff Against(MergePlan plan, string path, string earlier)
    {
        var before = JobsOf(path, earlier);
        var now = plan.Jobs.ToDictionary(job => job.Name, StringComparer.Ordinal);
        var added = plan.Jobs.Where(job => !before.ContainsKey(job.Name)).ToList();
        var changed = plan.Jobs.Where(job => before.TryGetValue(job.Name, out var digest) && digest != job.Digest).ToList();
        return new(
            [.. plan.Jobs.Where(job => before.GetValueOrDefault(job.Name) == job.Digest).Select(job => job.Name)],
            [.. changed.Select(job => job.Name)],
            [.. added.Select(job => job.Name)],
            [.. before.Keys.Where(name => !now.ContainsKey(name))],
            changed.Concat(added).Sum(job => job.ByteLength));
    }

    /// <summary>One paragraph for people.</summary>
    public string Text() =>
        $"{Changed.Length:N0} changed, {Added.Length:N0} added, {Removed.Length:N0} removed, {Unchanged.Length:N0} unchanged; {ByteText.Of(BytesToMake)} to make.\n"
        + string.Concat(Changed.Select(name => $"  ~ {TerminalText.Escape(name)}\n"))
        + string.Concat(Added.Select(name => $"  + {TerminalText.Escape(name)}\n"))
        + string.Concat(Removed.Select(name => $"  - {TerminalText.Escape(name)}\n"));

    private static ImmutableSortedDictionary<string, string> JobsOf(string path, string text)
    {
        try
        {
            // a plan lists its tensors, a manifest maps their names to what was made
            var root = JsonNode.Parse(text);
            var jobs = root?["tensors"] switch
            {
                JsonArray when root["version"] is JsonValue number && number.TryGetValue(out int version) && version > PlanJson.Version =>
                    throw new MergeOpsException(
                        Codes.EarlierPlanUnreadable, $"It has version {version}; this program reads version {PlanJson.Version}. Update MergeOps.", SourceSpan.File(path)),
                JsonArray planned => planned.Select(tensor => (Name: TextAt(tensor, "name"), Digest: TextAt(tensor, "digest"))),
                JsonObject merged => merged.Select(tensor => (Name: (string?)tensor.Key, Digest: TextAt(tensor.Value, "jobDigest"))),
                _ => throw Unreadable(path, "It has no tensors."),
            };
            return jobs
                .Where(job => job is { Name: not null, Digest: not null })
                .DistinctBy(job => job.Name, StringComparer.Ordinal)
                .ToImmutableSortedDictionary(job => job.Name!, job => job.Digest!, StringComparer.Ordinal);
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException or InvalidOperationException)
        {
            throw Unreadable(path, JsonFlaw.Of(text, problem));
        }
    }

    private static string? TextAt(JsonNode? node, string key) =>
        node is JsonObject entry && entry[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static MergeOpsException Unreadable(string path, string why) =>
        new(Codes.EarlierPlanUnreadable, $"It is neither a plan.json nor a merge-manifest.json. {why}", SourceSpan.File(path));
}
