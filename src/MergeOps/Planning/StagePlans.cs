using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>A stage of a recipe: another recipe of its file, decided.</summary>
/// <param name="Plan">Its plan.</param>
/// <param name="Models">What is known of its models.</param>
/// <param name="Result">What is known of the model that it makes, as if that lay in a folder.</param>
internal sealed record PlannedStage(MergePlan Plan, ImmutableArray<ModelMetadata> Models, ModelMetadata Result);

/// <summary>The stages of a recipe by their names, in the order in which they can be made.</summary>
internal sealed class StagePlans
{
    private readonly List<PlannedStage> planned = [];

    /// <summary>Those of a recipe that has none.</summary>
    public static StagePlans None { get; } = new();

    /// <summary>All of them.</summary>
    public IReadOnlyList<PlannedStage> All => planned;

    /// <summary>What is known of the models that they make, by their names.</summary>
    public IReadOnlyDictionary<string, ModelMetadata> Results => planned.ToDictionary(stage => stage.Plan.Name, stage => stage.Result, StringComparer.Ordinal);

    /// <summary>What is known of the models that lie somewhere and go into them.</summary>
    public IEnumerable<ModelMetadata> Sources => planned.SelectMany(stage => stage.Models).Where(model => !model.Model.Value.IsStage);

    /// <summary>The stage of a name.</summary>
    public PlannedStage this[string name] => planned.Find(stage => stage.Plan.Name == name) ?? throw new ArgumentException($"there is no stage {name}", nameof(name));

    /// <summary>Decides the stages of a recipe; those that use one with problems are left out with it.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="modelLock">Its lock, or null.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    /// <exception cref="MergeOpsException">A local model changed while it was looked at.</exception>
    public static StagePlans Of(HostEnvironment environment, Recipe recipe, ModelLock? modelLock, DiagnosticBag diagnostics)
    {
        var stages = new StagePlans();
        foreach (var stage in recipe.Stages.Where(stage => ReferencedModels.MentionsIn(stage).All(mention => !mention.Value.IsStage || stages.Results.ContainsKey(mention.Value.Path))))
        {
            var found = new DiagnosticBag();
            if (ReferencedStatistics.Of(stage) is [var need, ..])
            {
                diagnostics.Error(
                    Codes.StatisticsUnfit, $"The stage '{stage.ModelName}' is computed while it is read, so it cannot be merged by statistics. Move it to its own file, merge it, and name the merged folder.", need.Location.Span);
                continue;
            }

            var models = ModelMetadataReader.Read(environment, stage, modelLock, found, stages.Results);
            if (!found.HasErrors && Planner.Decide(stage, models, found, stages) is { } merge)
            {
                stages.planned.Add(new(merge.Plan, models, StageModel.Of(stage, merge, models)));
            }

            diagnostics.AddAll(found);
        }

        return stages;
    }

    /// <summary>The stages that models are, and those below them.</summary>
    public IReadOnlyList<PlannedStage> Below(IEnumerable<ModelMetadata> models)
    {
        var names = models.Where(model => model.Model.Value.IsStage).Select(model => model.Model.Value.Path).ToHashSet(StringComparer.Ordinal);
        var below = new List<PlannedStage>();
        foreach (var stage in Enumerable.Reverse(planned).Where(stage => names.Contains(stage.Plan.Name)))
        {
            names.UnionWith(stage.Models.Where(model => model.Model.Value.IsStage).Select(model => model.Model.Value.Path));
            below.Insert(0, stage);
        }

        return below;
    }
}
