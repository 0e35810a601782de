using MergeOps.Calibration;
using MergeOps.Calibration.Data;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>A file of statistics of one model.</summary>
/// <param name="Model">The model as the recipe writes it.</param>
/// <param name="Path">The file.</param>
/// <param name="Description">What it says of itself.</param>
/// <param name="WasThere">Whether an earlier run wrote it.</param>
internal sealed record MeasuredFile(string Model, string Path, StatisticsDescription Description, bool WasThere);

/// <summary>Measures one model on data; an interrupted measurement goes on.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="maxMemory">Bytes that weights and sums may take.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class MeasureModel(HostEnvironment environment, long maxMemory, IStageObserver observer, CancellationToken cancellation)
{
    // shares are told in so many parts
    private const long Parts = 1000;

    /// <summary>The plan of a model alone, its adapters applied; null when errors went into the bag.</summary>
    /// <param name="recipe">The recipe that names it.</param>
    /// <param name="model">The model.</param>
    /// <param name="locked">The recipe's lock, or null.</param>
    /// <param name="found">Takes what stands against it.</param>
    public PlannedRecipe? Plan(Recipe recipe, Located<ModelReference> model, LockedRecipe? locked, DiagnosticBag found)
    {
        var alone = AppliedAdapters.Alone(recipe, model) with { Search = null, Stages = [] };

        // a local model is measured as it is, and the file says by its digest which one that was
        var isLocal = ReferencedModels.PartsOf(alone).All(part => LocalModels.Locate(part.Model, alone.ModelsFolder) is not null);
        return PlanMerge.Run(environment, alone, isLocal ? null : AppliedAdapters.LockOf(alone, locked), found);
    }

    /// <summary>Measures, unless the file has it.</summary>
    /// <param name="kind">What is measured.</param>
    /// <param name="planned">The plan of the model alone.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="MergeOpsException">The model, the data or the disk do not allow it.</exception>
    public async Task<MeasuredFile> RunAsync(StatisticKind kind, PlannedRecipe planned, Located<ModelReference> model, CalibrationData data, string path)
    {
        var name = model.Value.ToString();
        await new FetchModels(environment, planned.Plan, planned.Digests, observer, cancellation).ForEvaluationAsync(Enumerable.Range(0, planned.Plan.Models.Length));
        var measurement = new Measurement(kind, name, MeasuredContent.WeightsOf(planned), MeasuredContent.TokenizerOf(planned), data);
        observer.Started(Stage.Measure);
        if (measurement.IsIn(path, cancellation))
        {
            observer.Finished(Stage.Measure, StageEnd.AlreadyTrue, $"{name}: {path} has it");
            return new(name, path, StatisticsFile.Read(path).Description, WasThere: true);
        }

        var work = new RunFolder(environment, measurement.Key);
        using var held = await work.LockAsync(observer.Reported, cancellation);
        OwnPlace.ClearForFolder(work.Measured);
        DurableFolder.Create(work.Measured);
        DurableFolder.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            var description = measurement.Run(
                FolderOf(planned, work),
                work.Measured,
                path,
                maxMemory,
                (part, share) => observer.Advanced(Stage.Measure, $"{name}, {part}", new Work((long)(share * Parts), Parts, WorkUnit.Items)),
                cancellation);
            DurableFolder.Remove(work.Measured);
            observer.Finished(Stage.Measure, StageEnd.Done, $"{name}: {Quantity.Of(description.Items, "item")}, {Quantity.Of(description.Tokens, "token")}");
            return new(name, path, description, WasThere: false);
        }
        catch (MergeOpsException problem) when (problem.Diagnostic.Span is null)
        {
            throw new MergeOpsException(problem.Diagnostic with { Span = model.Span }, problem);
        }
        finally
        {
            work.DropScored();
        }
    }

    private string FolderOf(PlannedRecipe planned, RunFolder work) => planned.Plan.Adapters.IsEmpty
        ? planned.Plan.Models[0].Checkpoint.Folder
        : MergeEngine.Run(planned.Plan, new MergeOptions { Output = work.Applied, OwnsOutput = true, Digests = planned.Digests, MaxMemory = maxMemory }, progress: null, cancellation).Folder;
}
