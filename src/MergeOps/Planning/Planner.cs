using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Planning.Licenses;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Decides everything about a merge from the recipe and the models' headers; reads no weight and loads no native code.</summary>
internal static class Planner
{
    /// <summary>Bytes of one shard when the recipe gives none.</summary>
    public const long DefaultShardSize = 5_000_000_000;

    /// <summary>The plan, or null when errors went into the bag.</summary>
    /// <param name="recipe">A valid recipe.</param>
    /// <param name="models">The metadata of every model of <see cref="ReferencedModels"/>, in that order.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    /// <param name="stages">The stages that it may use; null for none.</param>
    public static MergePlan? Plan(Recipe recipe, ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics, StagePlans? stages = null) =>
        Decide(recipe, models, diagnostics, stages ?? StagePlans.None)?.Plan;

    /// <summary>The plan with what a recipe needs to know that uses the result; null when errors went into the bag.</summary>
    /// <param name="recipe">A valid recipe.</param>
    /// <param name="models">The metadata of every model of <see cref="ReferencedModels"/>, in that order.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    /// <param name="stages">The stages that it may use.</param>
    public static DecidedMerge? Decide(Recipe recipe, ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics, StagePlans stages)
    {
        var donor = models[models.IndexOfModel(ReferencedModels.DonorOf(recipe))];
        ConfigCheck.RefuseQuantized(models, diagnostics);
        if (diagnostics.HasErrors)
        {
            // names and shapes of packed weights would only hide the reason
            return null;
        }

        new ComponentCheck(recipe, models, donor, diagnostics).Run();
        if (diagnostics.HasErrors)
        {
            // tensors that a component lacks would be reported one by one
            return null;
        }

        var own = OwnersOf(models);
        var ofStages = new StageOwners(own);
        var (laidOut, known, tensors, origin, experts) = LayOutAll(recipe, models, new ModelSources(stages, ofStages), diagnostics);
        LargeHeap.SettleAfter(laidOut.Count);
        var tokenizer = OutputTokenizer.Decide(recipe, models, diagnostics);
        var alignment = TokenAlignment.Of(recipe, models, tensors, tokenizer, laidOut, diagnostics);
        var vocabulary = new VocabularyCheck(recipe, models, tokenizer, alignment);
        var withAdapters = models.Length + models.Sum(metadata => metadata.Adapters.Length);
        var (rows, measured) = (vocabulary.Decide(laidOut), new StatisticSources(recipe, models, withAdapters));
        var aligned = alignment?.Align(laidOut) ?? laidOut;
        var jobs = JobScan.Attach(AllJobs.Of(aligned, found => new(recipe, ofStages.All, rows, measured, found), diagnostics), ofStages.All);
        LargeHeap.SettleAfter(jobs.Length);
        MeasuredTogether.Check(recipe, models, jobs, diagnostics);
        ConfigCheck.Compare(recipe, models, donor, diagnostics);
        vocabulary.Report(laidOut, jobs, diagnostics);
        new TokenRowsCheck(recipe, models, tokenizer).Run(laidOut, aligned, jobs, diagnostics);
        if (diagnostics.HasErrors)
        {
            return null;
        }

        if (jobs.IsEmpty)
        {
            diagnostics.Error(Codes.NothingToMerge, "The models have no tensors.", recipe.MergeMethod.Span);
            return null;
        }

        LoraJobs? adapter = null;
        if (recipe.Output is not null && (adapter = new LoraBuilder(recipe, models, origin, jobs, ofStages.All, diagnostics).Build()) is null)
        {
            return null;
        }

        var specialIds = tokenizer.Giver == models.IndexOf(donor) ? null : new SpecialIds(donor, models[tokenizer.Giver], tokenizer.Vocabulary);
        var files = OutputCompanions.Of(models, tokenizer, specialIds);
        var newFiles = OutputCompanions.New(models, tokenizer);
        var used = stages.Below(models);
        var given = new StageFiles(stages, ofStages).Resolve(models, files, newFiles);
        ImmutableArray<ExpectedEqual> expected = [.. ExpectedEquals.Of(laidOut, known), .. used.SelectMany(stage => ExpectedEquals.OfStage(stage.Plan, ofStages))];
        var plan = new MergePlan
        {
            Name = recipe.ModelName,
            Rules = recipe.Architecture,
            Models = ofStages.All[..models.Length],
            Adapters = ofStages.All[models.Length..withAdapters],
            Statistics = ofStages.All[withAdapters..own.Length],
            OfStages = ofStages.All[own.Length..],
            Stages = [.. used.Select(stage => stage.Plan)],
            Jobs = adapter?.Jobs ?? jobs,
            Lora = adapter?.Plan,
            Dropped = Coverage.Complete(
                recipe.Architecture, own[..withAdapters], models.Length, [.. jobs, .. adapter?.Jobs ?? [], .. adapter?.Plan.Measured ?? []], laidOut, known.Concat(tensors.SelectMany(of => of.Dropped)), isSliced: recipe.Modules.Any(module => !module.Slices.IsEmpty)),
            Expected = [.. expected.Where(equal => adapter is null || adapter.Reads(equal.First.Model))],
            Donor = models.IndexOf(donor),
            Config = adapter is not null ? null
                : OutputConfig.Write(donor, laidOut, jobs, specialIds, diagnostics) is var config && recipe.Mixture is not null ? MixtureBuilder.ConfigOf(recipe, models, config)
                : config,
            Companions = adapter is null ? given.Companions : [],
            NewFiles = adapter?.NewFiles ?? given.NewFiles,
            Vocabulary = vocabulary.Lines(laidOut, jobs),
            ShardSize = recipe.ShardSize?.Value ?? DefaultShardSize,
            Seed = recipe.Seed?.Value ?? 0,
            DecomposesMatrices = jobs.Concat(jobs.SelectMany(job => job.StageJobs)).Any(job => job.Method is { DecomposesMatrices: true }),
            Digest = "",
        };
        LargeHeap.SettleAfter(jobs.Length);
        FilterCheck.Run(recipe, laidOut, experts, diagnostics);
        LayerUse.Run(recipe, laidOut, diagnostics);
        DoubtCheck.Run(recipe, jobs, diagnostics);
        SpacingCheck.Run(recipe, models, diagnostics);
        LicenseCheck.Run(
            recipe,
            models.Where(metadata => !metadata.Model.Value.IsStage).Concat(used.SelectMany(stage => stage.Models).Where(metadata => !metadata.Model.Value.IsStage))
                .SelectMany(metadata => metadata.Adapters.Select(adapter => adapter.Card).Prepend(metadata.Card)).Select(card => card.License),
            diagnostics);
        ConfigCheck.ReportDequantized(models, jobs, diagnostics);
        if (adapter is null)
        {
            ConfigCheck.ReportUntiedHeads(models, jobs, diagnostics);
            new CompanionCheck(models, donor, models[tokenizer.Giver], diagnostics).Run();
            RemoteCodeCheck.Run(models, donor, diagnostics);
        }

        LostWeights.Report(models, plan.Dropped, donor, diagnostics);
        return diagnostics.HasErrors ? null : new(plan with { Digest = PlanDigest.Of(plan) }, files, newFiles, tokenizer);
    }

    /// <summary>The places of the output tensors, before parameters, shapes and dtypes are decided; problems go into the bag.</summary>
    /// <param name="recipe">A valid recipe.</param>
    /// <param name="models">The metadata of every model of <see cref="ReferencedModels"/>, in that order.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    /// <param name="stages">The stages that it may use; null for none.</param>
    public static (IReadOnlyList<OutputSlot> Slots, IReadOnlyList<DroppedTensor> Dropped, ImmutableArray<PlannedModel> Owners) LayOut(
        Recipe recipe, ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics, StagePlans? stages = null)
    {
        var owners = new StageOwners(OwnersOf(models));
        var (slots, dropped, _, _, _) = LayOutAll(recipe, models, new ModelSources(stages ?? StagePlans.None, owners), diagnostics);
        return (slots, dropped, owners.All);
    }

    // the models, then their adapters, then their statistics
    private static ImmutableArray<PlannedModel> OwnersOf(ImmutableArray<ModelMetadata> models) =>
    [
        .. models.Select(metadata => new PlannedModel(metadata.Model.Value, metadata.Checkpoint, metadata.FileDigests) { Remote = metadata.Remote, FileSamples = metadata.FileSamples }),
        .. models.SelectMany(metadata => metadata.Adapters)
            .Select(adapter => new PlannedModel(adapter.Reference, adapter.Checkpoint, adapter.FileDigests) { Remote = adapter.Remote, FileSamples = adapter.FileSamples }),
        .. models.SelectMany(metadata => metadata.Statistics)
            .Select(measured => new PlannedModel(measured.Need.Reference, measured.File.Checkpoint, measured.FileDigests) { IsStatistics = true, Remote = measured.Remote, FileSamples = measured.FileSamples }),
    ];

    private static (IReadOnlyList<OutputSlot> Slots, IReadOnlyList<DroppedTensor> Dropped, ImmutableArray<ModelTensors> Tensors, TensorMap<TensorSource> Base, ExpertSources? Experts) LayOutAll(
        Recipe recipe, ImmutableArray<ModelMetadata> models, ModelSources sources, DiagnosticBag diagnostics)
    {
        if (!OverrideCheck.Run(recipe, models, diagnostics))
        {
            return ([], [], [], TensorMap<TensorSource>.Empty, null);
        }

        var tensors = sources.Of(models, diagnostics);
        if (recipe.Mixture is not null)
        {
            var none = TensorMap<TensorSource>.Empty;
            var mixture = new MixtureBuilder(recipe, models, tensors, diagnostics);
            return MixtureBuilder.LayoutOf(recipe, models, diagnostics) is { } layout ? (mixture.Build(layout), mixture.Dropped, tensors, none, null) : ([], [], tensors, none, null);
        }

        var slots = new SlotBuilder(recipe.Architecture, diagnostics);
        var slices = new SliceBuilder(recipe, recipe.MergeMethod.Value, models, tensors);
        var laidOut = slots.Build(slices.Build(diagnostics));
        slices.Experts.Report(diagnostics);
        return (laidOut, slots.Dropped, tensors, slices.SourcesOf(models.IndexOfModel(ReferencedModels.DonorOf(recipe))), slices.Experts);
    }
}

/// <summary>What was decided of a merge.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Files">The files beside the weights, as the recipe's own models give them.</param>
/// <param name="NewFiles">Texts of files that no model of it has.</param>
/// <param name="Tokenizer">The output's tokenizer.</param>
internal sealed record DecidedMerge(
    MergePlan Plan, ImmutableArray<CompanionFile> Files, ImmutableSortedDictionary<string, string> NewFiles, OutputTokenizer Tokenizer);
