using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Merging.Writing;
using MergeOps.Pipeline.Repository;
using MergeOps.Planning;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Search;
using MergeOps.Sources;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>A recipe with everything that was decided about it; no weight was read.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Lock">Its lock, or null.</param>
/// <param name="Models">What is known of its models, the base first.</param>
/// <param name="Plan">What was decided.</param>
internal sealed record PlannedRecipe(Recipe Recipe, LockedRecipe? Lock, ImmutableArray<ModelMetadata> Models, MergePlan Plan)
{
    /// <summary>What is known of its files; one for all stages, since what changed a moment ago is known to it alone.</summary>
    public required KnownDigests Digests { get; init; }

    /// <summary>The stages of the recipe.</summary>
    public StagePlans Stages { get; init; } = StagePlans.None;

    /// <summary>What is known of every model that goes into it, those of stages too.</summary>
    public ImmutableArray<ModelMetadata> AllModels => [.. Models.Where(model => !model.Model.Value.IsStage), .. Stages.Sources];

    /// <summary>What the merged model will be measured on.</summary>
    public EvaluationData Data { get; init; } = EvaluationData.None;

    /// <summary>The numbers that a search chose, which the recipe has here; null where it searches nothing.</summary>
    public ChosenValues? Chosen { get; init; }

    /// <summary>The lock and the chosen numbers as they travel with the model, and the metadata that it names, so that whoever has the model can plan its merge again without asking the Hub.</summary>
    public ImmutableArray<ExtraFile> LockFiles => Lock is { } locked
        ?
        [
            .. Chosen is { } chosen ? [new ExtraFile(PublicationFiles.Chosen, Encoding.UTF8.GetBytes(chosen.Write()))] : ImmutableArray<ExtraFile>.Empty,
            new ExtraFile(PublicationFiles.Lock, Encoding.UTF8.GetBytes(LockTextOf(locked))),
            .. Models.Concat(Stages.Sources).SelectMany(model => model.Adapters.Select(adapter => adapter.Remote).Concat(model.Statistics.Select(measured => measured.Remote)).Prepend(model.Remote)).OfType<RemoteModel>()
                .Select(remote => MetadataFolder.FileOf(remote.Metadata))
                .DistinctBy(file => file.Path)
                .Select(file => new ExtraFile(file.Path, file.Bytes)),
        ]
        : [];

    /// <summary>Says what a merge of a recipe without a lock lacks, and what to run.</summary>
    /// <param name="observer">Hears of it, where there is no lock.</param>
    public void TellMissingLock(IStageObserver observer)
    {
        if (Lock is null)
        {
            observer.Reported($"The recipe is not locked: nothing pins the files of its models, and a published version has no {PublicationFiles.Lock}. Run `mergeops lock {Recipe.Path}`, then merge again.");
        }
    }

    // of a lock that variants share, what this one uses
    private string LockTextOf(LockedRecipe locked) => Recipe.Variant is null
        ? locked.Text
        : LockText.Write(locked.Lock.For(ReferencedFiles.AllLocked(Recipe)));
}

/// <summary>From a recipe, its lock and the models' headers to the plan.</summary>
internal static class PlanMerge
{
    /// <summary>Reads the recipe and plans it, for a model that is merged already; null when errors were found.</summary>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public static (PlannedRecipe? Planned, DiagnosticBag Found) Run(HostEnvironment environment, string recipePath, RepositoryBounds? bounds = null)
    {
        var read = ReadRecipe.WithData(recipePath, bounds);
        return (read.Recipe is null ? null : Run(environment, read, read.Found), read.Found);
    }

    /// <summary>Plans a recipe that was read, by the lock that lies beside it; null when errors went into the bag.</summary>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public static PlannedRecipe? Run(HostEnvironment environment, RecipeWithData read, DiagnosticBag found)
    {
        var locked = RecipeLock.TryFind(environment, read.Recipe!, found);
        return found.HasErrors || Run(environment, read.Recipe!, locked, found) is not { } planned ? null : planned with { Data = read.Data };
    }

    /// <summary>Plans a recipe with its lock; null when errors went into the bag.</summary>
    /// <exception cref="MergeOpsException">A local model changed while it was looked at.</exception>
    public static PlannedRecipe? Run(HostEnvironment environment, Recipe recipe, LockedRecipe? locked, DiagnosticBag found)
    {
        if (ChosenNumbers.Apply(recipe, locked, found) is not var (whole, chosen))
        {
            return null;
        }

        recipe = whole;
        var stages = StagePlans.Of(environment, recipe, locked?.Lock, found);
        ImmutableArray<ModelMetadata> models = stages.All.Count < recipe.Stages.Length ? [] : ModelMetadataReader.Read(environment, recipe, locked?.Lock, found, stages.Results);
        var plan = found.HasErrors ? null : Planner.Plan(recipe, models, found, stages);
        if (plan is not null)
        {
            CopiedIntegers.Check(plan, found);
        }

        Acceptance.AfterPlanning(recipe, found);
        return plan is null ? null : new PlannedRecipe(recipe, locked, models, plan) { Chosen = chosen, Stages = stages, Digests = locked?.Digests ?? KnownDigests.Of(environment) };
    }
}
