using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs.Cache;

/// <summary><c>mergeops cache gc --max-size BYTES --max-age DAYS</c>.</summary>
internal sealed class CacheCleanVerb : LocalVerb
{
    private const int JsonVersion = 1;

    private readonly Option<long?> maxSize = Inputs.Bytes("--max-size", "Total size of runs and models to keep, such as 50GB");
    private readonly Option<int?> maxAge = Inputs.Count("--max-age", "Remove runs not used for this many days", 0, 36_500);

    /// <summary>Creates the verb.</summary>
    public CacheCleanVerb()
        : base("gc", VerbGroup.Downloads, "Remove runs and models, least recently used first")
    {
        Add(maxSize);
        Add(maxAge);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["cache gc --max-size 50GB", "cache gc --max-age 30"];

    /// <inheritdoc/>
    public override string Remarks => $"""
        Takes --max-size, --max-age or both. Runs are removed first, since their models
        can be merged again without a download, then abandoned downloads and commits of
        models. What was used within the last hour stays, even if the rest does not fit.
        {CacheVerbs.Place}
        """;

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        if (arguments.GetValue(maxSize) is null && arguments.GetValue(maxAge) is null)
        {
            screen.Report([Diagnostic.Error(Codes.UsageMistake, "Option --max-size BYTES or --max-age DAYS is required.")]);
            return ExitCode.Usage;
        }

        var days = arguments.GetValue(maxAge);
        var (runs, models) = CacheCleaning.Run(screen.Environment, arguments.GetValue(maxSize), days is null ? null : TimeSpan.FromDays(days.Value), cancellation);
        foreach (var run in runs.Removed)
        {
            screen.Tell($"removed run {run.Name}{(run.Model is { } model ? $" ({TerminalText.Escape(model)})" : "")}");
        }

        if (runs.InUse > 0)
        {
            screen.Tell($"{Quantity.Of(runs.InUse, "run")} at work or used within the last hour {(runs.InUse == 1 ? "stays" : "stay")}");
        }

        foreach (var (model, snapshot) in models?.Removed ?? [])
        {
            screen.Tell($"removed {model}@{snapshot.Commit}");
        }

        if (models?.InUse is > 0 and var inUse)
        {
            screen.Tell($"{Quantity.Of(inUse, "commit")} used within the last hour {(inUse == 1 ? "stays" : "stay")}, so the rest does not fit; run it again later");
        }

        screen.Tell($"{ByteText.Of(runs.BytesBefore + (models?.BytesBefore ?? 0))} before, {ByteText.Of(runs.BytesAfter + (models?.BytesAfter ?? 0))} now");
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WritePropertyName("removedRuns");
                JsonSerializer.Serialize(json, runs.Removed.Select(run => run.Name));
                json.WritePropertyName("removedCommits");
                JsonSerializer.Serialize(json, (models?.Removed ?? []).Select(removed => $"{removed.Model}@{removed.Snapshot.Commit}"));
                json.WriteNumber("bytesBefore", runs.BytesBefore + (models?.BytesBefore ?? 0));
                json.WriteNumber("bytesAfter", runs.BytesAfter + (models?.BytesAfter ?? 0));
            });
        }

        return ExitCode.Done;
    }
}
