using MergeOps.Analysis.Gradients;
using MergeOps.Calibration.Data;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Measures the gradient of the loss of a recipe's base on the calibration data of each of its models, and compares them.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="maxMemory">Bytes that weights and sums may take.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class CompareGradients(HostEnvironment environment, long maxMemory, IStageObserver observer, CancellationToken cancellation)
{
    /// <summary>Whether a recipe has what is compared; what is missing goes into the bag.</summary>
    public static void Check(Recipe recipe, DiagnosticBag found)
    {
        var place = recipe.MergeMethod.Span;
        if (recipe.BaseModel is null or { Value.IsStage: true })
        {
            found.Error(Codes.CalibrationMissing, "Gradients are those of the base, and the recipe names no 'base_model' that exists as a stored model.", place);
        }
        else if (Sets(recipe).Count < 2)
        {
            found.Error(
                Codes.CalibrationMissing,
                "Gradients are compared between the data of two or more models. Give each entry under 'models' data of its own: 'calibration: { data: FILE }'.",
                place);
        }
    }

    /// <summary>Measures and compares; null when errors went into the bag.</summary>
    /// <param name="planned">The recipe.</param>
    /// <param name="found">Takes what stands against it.</param>
    /// <exception cref="MergeOpsException">The model, the data or the disk do not allow it.</exception>
    public async Task<GradientCosines?> RunAsync(PlannedRecipe planned, DiagnosticBag found)
    {
        var recipe = planned.Recipe;
        var sets = Sets(recipe);
        TorchRuntime.StartLoading(environment);
        var hub = await new FetchData(environment, observer, found, cancellation).FilesAsync(recipe, sets.SelectMany(set => set.Settings.Data), planned.Lock);
        var data = sets.ConvertAll(set => CalibrationData.Read(set.Settings, recipe.Folder, hub, found));
        var measuring = new MeasureModel(environment, maxMemory, observer, cancellation);
        var alone = found.HasErrors ? null : measuring.Plan(recipe, recipe.BaseModel!, planned.Lock, found);
        if (alone is null)
        {
            return null;
        }

        var folder = Path.Combine(environment.TemporaryFolder, $"mergeops-gradients-{Guid.NewGuid():N}");
        try
        {
            List<(string, StatisticsFile)> files = [];
            foreach (var (index, set) in sets.Index())
            {
                var file = await measuring.RunAsync(StatisticKind.Gradient, alone, recipe.BaseModel!, data[index]!, Path.Combine(folder, $"{index}.safetensors"));
                files.Add((set.Model, StatisticsFile.Read(file.Path)));
            }

            return GradientCosines.Of(files, recipe.Architecture, cancellation);
        }
        finally
        {
            DurableFolder.Remove(folder);
        }
    }

    // a model without data of its own says nothing that another does not
    private static List<(string Model, CalibrationSettings Settings)> Sets(Recipe recipe) =>
    [
        .. recipe.Modules.SelectMany(module => module.Models).Where(input => input.Calibration is not null && input.Model.Value != recipe.BaseModel?.Value)
            .DistinctBy(input => input.Model.Value).Select(input => (input.Model.Value.ToString(), input.Calibration!)),
    ];
}
