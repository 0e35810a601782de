using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline;

namespace MergeOps.Cli.Verbs.Cache;

/// <summary><c>mergeops cache gc --max-size BYTES</c>.</summary>
internal sealed class CacheCleanVerb : LocalVerb
{
    private readonly Option<long?> maxSize = Inputs.Bytes("--max-size", "What the models may take, such as 50GB");

    /// <summary>Creates the verb.</summary>
    public CacheCleanVerb()
        : base("gc", VerbGroup.Downloads, "Remove models until the rest fits, those used longest ago first")
    {
        maxSize.Required = true;
        Add(maxSize);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["cache gc --max-size 50GB"];

    /// <inheritdoc/>
    public override string Remarks => $"""
        Abandoned downloads and contents that belong to no commit go first. What was
        used within the last hour stays, even when the rest does not fit.
        {CacheVerbs.Place}
        """;

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var cleaned = CleanCache.Run(arguments.GetRequiredValue(maxSize)!.Value, cancellation);
        foreach (var (model, snapshot) in cleaned.Removed)
        {
            screen.Tell($"removed {model}@{snapshot.Commit}");
        }

        if (cleaned.InUse > 0)
        {
            screen.Tell($"{Quantity.Of(cleaned.InUse, "commit")} used within the last hour {(cleaned.InUse == 1 ? "stays" : "stay")}, so the rest does not fit; run it again later");
        }

        screen.Tell($"{ByteText.Of(cleaned.BytesBefore)} before, {ByteText.Of(cleaned.BytesAfter)} now");
        return ExitCode.Done;
    }
}
