using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Planning.Licenses;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Sources;

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
    public static MergePlan? Plan(Recipe recipe, ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics)
    {
        var donor = models[IndexOf(models, ReferencedModels.DonorOf(recipe))];
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

        var (laidOut, known, tensors, origin) = LayOutAll(recipe, models, diagnostics);
        ImmutableArray<PlannedModel> planned = [.. models.Select(metadata => new PlannedModel(metadata.Model.Value, metadata.Checkpoint, metadata.FileDigests) { Remote = metadata.Remote, FileSamples = metadata.FileSamples })];
        ImmutableArray<PlannedModel> adapters =
        [
            .. models.SelectMany(metadata => metadata.Adapters)
                .Select(adapter => new PlannedModel(adapter.Reference, adapter.Checkpoint, adapter.FileDigests) { Remote = adapter.Remote, FileSamples = adapter.FileSamples }),
        ];
        var owners = planned.AddRange(adapters);
        var tokenizer = OutputTokenizer.Decide(recipe, models, diagnostics);
        var alignment = TokenAlignment.Of(recipe, models, tensors, tokenizer, laidOut, diagnostics);
        var vocabulary = new VocabularyCheck(recipe, models, tokenizer, alignment);
        var builder = new JobBuilder(recipe, owners, vocabulary.Decide(laidOut), diagnostics);
        ImmutableArray<TensorJob> jobs = [.. (alignment?.Align(laidOut) ?? laidOut).Select(builder.Build).OfType<TensorJob>().OrderBy(job => job.Name, StringComparer.Ordinal)];
        ConfigCheck.Compare(recipe, models, donor, diagnostics);
        vocabulary.Report(laidOut, jobs, diagnostics);
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
        if (recipe.Output is not null && (adapter = new LoraBuilder(recipe, models, origin, jobs, owners, diagnostics).Build()) is null)
        {
            return null;
        }

        var specialIds = tokenizer.Giver == models.IndexOf(donor) ? null : new SpecialIds(donor, models[tokenizer.Giver], tokenizer.Vocabulary);
        var plan = new MergePlan
        {
            Name = recipe.ModelName,
            Rules = recipe.Architecture,
            Models = planned,
            Adapters = adapters,
            Jobs = adapter?.Jobs ?? jobs,
            Lora = adapter?.Plan,
            Dropped = Coverage.Complete(
                recipe.Architecture, owners, planned.Length, [.. jobs, .. adapter?.Jobs ?? [], .. adapter?.Plan.LeftOut ?? []], known.Concat(tensors.SelectMany(of => of.Dropped)), isSliced: recipe.Modules.Any(module => !module.Slices.IsEmpty)),
            Expected = [.. ExpectedEquals.Of(laidOut, known).Where(expected => adapter is null || adapter.Reads(expected.First.Model))],
            Donor = models.IndexOf(donor),
            Config = adapter is null ? OutputConfig.Write(donor, laidOut, jobs, specialIds, diagnostics) : null,
            Companions = adapter is null ? OutputCompanions.Of(models, tokenizer, specialIds) : [],
            NewFiles = adapter?.NewFiles ?? OutputCompanions.New(models, tokenizer),
            Vocabulary = vocabulary.Lines(laidOut, jobs),
            ShardSize = recipe.ShardSize?.Value ?? DefaultShardSize,
            Seed = recipe.Seed?.Value ?? 0,
            Digest = "",
        };
        FilterCheck.Run(recipe, laidOut, diagnostics);
        LayerUse.Run(recipe, laidOut, diagnostics);
        DoubtCheck.Run(recipe, jobs, diagnostics);
        SpacingCheck.Run(recipe, models, diagnostics);
        LicenseCheck.Run(recipe, models.SelectMany(metadata => metadata.Adapters.Select(adapter => adapter.Card).Prepend(metadata.Card)).Select(card => card.License), diagnostics);
        ConfigCheck.ReportDequantized(models, jobs, diagnostics);
        if (adapter is null)
        {
            ConfigCheck.ReportUntiedHeads(models, jobs, diagnostics);
            new CompanionCheck(models, donor, models[tokenizer.Giver], diagnostics).Run();
            RemoteCodeCheck.Run(models, donor, diagnostics);
        }

        LostWeights.Report(models, plan.Dropped, donor, diagnostics);
        return diagnostics.HasErrors ? null : plan with { Digest = PlanDigest.Of(plan) };
    }

    private static int IndexOf(ImmutableArray<ModelMetadata> models, ModelReference model) =>
        models.IndexOf(models.First(metadata => metadata.Model.Value == model));

    /// <summary>The places of the output tensors, before parameters, shapes and dtypes are decided; problems go into the bag.</summary>
    public static (IReadOnlyList<OutputSlot> Slots, IReadOnlyList<DroppedTensor> Dropped) LayOut(
        Recipe recipe, ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics)
    {
        var (slots, dropped, _, _) = LayOutAll(recipe, models, diagnostics);
        return (slots, dropped);
    }

    private static (IReadOnlyList<OutputSlot> Slots, IReadOnlyList<DroppedTensor> Dropped, ImmutableArray<ModelTensors> Tensors, ImmutableSortedDictionary<string, TensorSource> Base) LayOutAll(
        Recipe recipe, ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics)
    {
        if (!OverrideCheck.Run(recipe, models, diagnostics))
        {
            return ([], [], [], ImmutableSortedDictionary<string, TensorSource>.Empty);
        }

        var tensors = ModelSources.Of(models, diagnostics);
        var slots = new SlotBuilder(recipe.Architecture, diagnostics);
        var slices = new SliceBuilder(recipe, recipe.MergeMethod.Value, models, tensors);
        var laidOut = slots.Build(slices.Build(diagnostics));
        slices.Experts.Report(diagnostics);
        return (laidOut, slots.Dropped, tensors, slices.SourcesOf(ReferencedModels.DonorOf(recipe)));
    }
}
