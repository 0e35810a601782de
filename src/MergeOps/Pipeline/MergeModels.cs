using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Hub;
using MergeOps.Hub.Facts;
using MergeOps.Merging;
using MergeOps.Planning;
using MergeOps.Recipes;

namespace MergeOps.Pipeline;

/// <summary>From a plan to a merged model on disk.</summary>
internal static class MergeModels
{
    /// <summary>The lock's name in a merged model.</summary>
    public const string LockFile = "mergeops.lock.yml";

    /// <summary>
    /// Begins with what takes longest before a merge, to be called before the recipe is read; does nothing where the
    /// output exists, because then there may be nothing to merge.
    /// </summary>
    public static void Expect(string output)
    {
        if (!Directory.Exists(output))
        {
            TorchRuntime.StartLoading();
        }
    }

    /// <summary>Fetches what the plan needs, and merges; what an earlier run finished is not done again.</summary>
    /// <exception cref="MergeOpsException">An input, the disk or the device does not allow it.</exception>
    public static async Task<MergedCheckpoint> RunAsync(
        PlannedRecipe planned, MergeOptions options, IStageObserver observer, CancellationToken cancellation)
    {
        if (!MergeEngine.IsDone(planned.Plan, options))
        {
            // better known before gigabytes are fetched
            _ = LibTorchLocation.Find();
            TorchRuntime.StartLoading();
            await new FetchModels(planned.Plan, observer, cancellation).ForMergeAsync();
        }

        observer.Started(Stage.Merge);
        var merged = MergeEngine.Run(
            planned.Plan,
            options with { ExtraFiles = [.. LockOf(planned)] },
            new DirectProgress<MergeProgress>(now =>
                observer.Advanced(Stage.Merge, "", new Work(now.BytesDone, now.BytesTotal, WorkUnit.Bytes))),
            cancellation);
        observer.Finished(Stage.Merge, merged.WasThere ? StageEnd.AlreadyTrue : StageEnd.Done, Summary(planned.Plan, merged));
        DiagnosticBag notes = [.. merged.Notes];
        Acceptance.Later(planned.Recipe, notes);
        return merged with { Notes = [.. notes] };
    }

    // with the facts, so that whoever has the model can plan its merge again without asking the Hub
    private static IEnumerable<ExtraFile> LockOf(PlannedRecipe planned) => planned.Lock is { } locked
        ?
        [
            new ExtraFile(LockFile, Encoding.UTF8.GetBytes(LockText.Write(locked.Lock))),
            .. planned.Models.Select(model => model.Remote).OfType<RemoteModel>()
                .Select(remote => FactsFolder.FileOf(remote.Facts))
                .Select(file => new ExtraFile(file.Path, file.Bytes)),
        ]
        : [];

    private static string Summary(MergePlan plan, MergedCheckpoint merged)
    {
        var digest = $"model {merged.ModelDigest[..12]}";
        if (merged.WasThere)
        {
            return $"merged before, {digest}";
        }

        var estimate = PlanEstimate.Of(plan);
        var bytes = estimate.BytesToRead + estimate.BytesToWrite;
        var speed = string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9 / merged.Timings.Tensors.TotalSeconds:F2} GB/s");
        var resumed = merged.ResumedTensors > 0 ? $", {Quantity.Of(merged.ResumedTensors, "tensor")} kept from an interrupted run" : "";
        return $"{Quantity.Of(plan.Jobs.Length, "tensor")}, {ByteText.Of(bytes)} in {Quantity.Duration(merged.Timings.Tensors)} ({speed}){resumed}, {digest}";
    }
}
