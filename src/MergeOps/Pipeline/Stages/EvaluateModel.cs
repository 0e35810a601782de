using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Scoring;
using MergeOps.Evaluation.Structure;
using MergeOps.Merging;
using MergeOps.Pipeline.Scoring;
using MergeOps.Planning;
using MergeOps.Publishing;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Measures a merged model against its base, its parents, their plain average and the published version, and decides the gates.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="planned">The recipe and its plan.</param>
/// <param name="baseline">The published version, where gates compare with it.</param>
/// <param name="scoring">Where scores of another harness come from, or null.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="cancellation">Stops.</param>
/// <param name="device">Where forward passes compute; see <see cref="MergeDevice.Names"/>.</param>
internal sealed class EvaluateModel(
    HostEnvironment environment,
    PlannedRecipe planned,
    PublishedBaseline baseline,
    ExternalScoring? scoring,
    IStageObserver observer,
    CancellationToken cancellation,
    string device = "auto")
{
    /// <summary>The words for a recipe without gates.</summary>
    public const string NoGates = "the recipe has none";

    private IReadOnlyDictionary<string, VerifiedFile> verified = ImmutableDictionary<string, VerifiedFile>.Empty;

    private readonly ScoringPlace place = new(environment, planned.Recipe, device);

    private ScoreCache Scores => place.Scores;

    /// <summary>Evaluates; null when results of another harness cannot be read.</summary>
    /// <param name="merged">The merged model.</param>
    /// <param name="work">Takes the plain average, when it must be opened, and what a scoring command writes.</param>
    /// <param name="found">Takes what is found, the gates that say no among it.</param>
    /// <param name="judged">The gates on the models, where they were judged before the merge.</param>
    /// <exception cref="MergeOpsException">A model cannot be read, or libtorch cannot be loaded.</exception>
    public async Task<EvaluationReport?> RunAsync(
        string merged, RunFolder work, DiagnosticBag found, JudgedModels? judged = null)
    {
        var external = new ScoreOutside(environment, planned.Plan.Name, ExternalMetric.AllOf(planned.Recipe.Evaluate), scoring, observer, cancellation);
        if (!external.Read(found))
        {
            observer.Finished(Stage.Evaluate, StageEnd.Failed, "the results of the other harness cannot be read");
            return null;
        }

        judged ??= await new JudgeModels(environment, planned, observer, cancellation).RunAsync();
        var data = planned.Data;
        var isEmpty = data.IsEmpty;
        var models = isEmpty && !external.AsksCommand ? [] : Family(work).Where(model => !isEmpty || model.Reference is not null).ToList();
        if (models.Count > 0)
        {
            verified = await new FetchModels(environment, planned.Plan, planned.Digests, observer, cancellation).ForEvaluationAsync(Needed(models, data, external));
        }

        var published = await baseline.FindAsync(merged);
        if (published is null && !external.AcceptsNoneBefore(baseline, found))
        {
            observer.Finished(Stage.Evaluate, StageEnd.Failed, "the results of the published version have nothing to be compared with");
            return null;
        }

        observer.Started(Stage.Evaluate);
        await ScoreParentsAsync(models, external, work, found);
        var scores = await external.OfMergedAsync(merged, work, found);
        if (published is not null)
        {
            models.Add(await PublishedAsync(published, external, data, work));
        }
        if (!isEmpty || !external.Wanted.IsEmpty)
        {
            models.Add((planned.Plan.Lora is null
                ? new ModelUnderTest(ModelRole.Merged, planned.Plan.Name, null, ModelContent.DigestOf(merged, planned.Digests), Opens(() => merged))
                : OfAdapter(ModelRole.Merged, planned.Plan.Name, merged, Path.Combine(work.Applied, "merged"))) with
            { External = scores });
        }

        var checks = StructuralCheck.Run(planned.Plan, merged, Checked(merged), cancellation);
        var progress = new EvaluationProgress(observer, data, models.Count);
        var report = new Evaluator(Scores, EvaluationCatalogue.Default).Evaluate(
            planned.Recipe, data, models, checks, progress, cancellation, judged.Gates, isFirstVersion: baseline.IsAsked && published is null) with
        {
            Origin = OriginOfReport.Of(environment, planned, merged),
            Curve = planned.Chosen?.Curve,
            Geometry = judged.Picture,
            GeometryInLetters = judged.Letters,
        };
        var outcome = new EvaluationOutcome(report);
        observer.Finished(Stage.Evaluate, outcome.End ?? progress.End, outcome.Summary);
        Judge(report, found);
        return report;
    }

    // only what has no remembered scores is fetched
    private async Task<ModelUnderTest> PublishedAsync(PublishedModel published, ScoreOutside external, EvaluationData data, RunFolder work)
    {
        if (planned.Plan.Lora is not null && await published.FolderAsync(cancellation) is { } adapter)
        {
            return OfAdapter(ModelRole.Published, published.Version.Text, adapter, Path.Combine(work.Applied, "published")) with { External = external.OfPublished(published.Content.Evaluation) };
        }

        var digest = ModelContent.DigestOf(published.Files);
        var folder = Scores.HoldsAll(digest, data) ? null : await published.FolderAsync(cancellation);
        if (folder is not null)
        {
            // what is scored is what lies there, whatever the version's list says of it
            digest = ModelContent.DigestOf(folder, planned.Digests);
        }

        return new(ModelRole.Published, published.Version.Text, null, digest, folder is null ? Refuses("its scores were cached a moment ago") : Opens(() => folder))
        {
            External = external.OfPublished(published.Content.Evaluation),
        };
    }

    // a model on the Hub whose scores are all remembered need not be here; a local one is compared with its lock all the same
    private IEnumerable<int> Needed(List<ModelUnderTest> models, EvaluationData data, ScoreOutside external)
    {
        var unknown = models.Where(model => model.Digest is not { } digest || !Scores.HoldsAll(digest, data)
            || (external.AsksCommand && model.Reference is not null && !external.IsRemembered(digest))).ToList();
        var parts = unknown.Exists(model => model.Role == ModelRole.Average && model.IsMadeHere) ? Parents.Of(planned.Plan).Averaged : [];
        return planned.Plan.Models.Index()
            .Where(model => model.Item.Remote is null || parts.Contains(model.Index) || (planned.Plan.Lora is not null && model.Item.Reference == planned.Recipe.BaseModel!.Value) || unknown.Exists(known => known.Reference == model.Item.Reference))
            .Select(model => model.Index);
    }

    // models that lie in a folder as they are; what is made here to be scored is not there yet
    private async Task ScoreParentsAsync(List<ModelUnderTest> models, ScoreOutside external, RunFolder work, DiagnosticBag found)
    {
        foreach (var (index, model) in models.Index().ToList())
        {
            var lies = planned.Plan.Models.FirstOrDefault(known => known.Reference == model.Reference);
            if (external.AsksCommand && lies is { IsStage: false } && model is { Digest: { } digest, Reference.Lora: null })
            {
                models[index] = model with { External = await external.OfOtherAsync(model.Name, digest, lies.Checkpoint.Folder, work, found) };
            }
        }
    }

    // what an adapter does is what its base does with it
    private ModelUnderTest OfAdapter(ModelRole role, string name, string adapter, string place)
    {
        var applied = AppliedAdapters.OfOutput(environment, planned, adapter, out var whyNot);
        var origin = planned.Plan.Models.First(model => model.Reference == planned.Recipe.BaseModel!.Value);
        var digest = CanonicalJson.Digest(new JsonObject
        {
            ["base"] = ModelContent.DigestOf(origin, planned.Digests),
            ["adapter"] = ModelContent.DigestOf(adapter, planned.Digests),
            ["settings"] = planned.Digests.Of(Path.Combine(adapter, Adapters.SettingsFile)),
        });
        return new(role, name, null, digest, applied is null ? Refuses(whyNot) : Opens(() => Make(applied, place)));
    }

    private ModelUnderTest Adapted(int index, ModelRole role, string name, RunFolder work)
    {
        var applied = AppliedAdapters.Plan(environment, planned, planned.Models[index].Model, out var whyNot);
        return new(
            role,
            name,
            planned.Plan.Models[index].Reference,
            applied is not null && applied.Owners.All(owner => owner.IsLocked) ? applied.Digest : null,
            applied is null ? Refuses(whyNot) : Opens(() => Make(applied, Path.Combine(work.Applied, index.ToString(CultureInfo.InvariantCulture)))));
    }

    private IEnumerable<ModelUnderTest> Family(RunFolder work)
    {
        var names = NamesOf([.. planned.Plan.Models.Select(model => model.Reference.ToString())]);
        var parents = Parents.Of(planned.Plan).All;
        foreach (var (index, model) in planned.Plan.Models.Index())
        {
            var role = model.Reference == planned.Recipe.BaseModel?.Value ? ModelRole.Base : ModelRole.Parent;
            yield return (model.IsStage ? new ModelUnderTest(role, names[index], model.Reference, null, Refuses(ForeseenScores.StageNotWritten))
                : model.Reference.Lora is not null ? Adapted(index, role, names[index], work)
                : new ModelUnderTest(role, names[index], model.Reference, ModelContent.DigestOf(model, planned.Digests), Opens(() => model.Checkpoint.Folder))) with
            {
                IsParent = parents.Contains(index),
            };
        }

        var average = PlainAverage.Plan(environment, planned, out var whyNot);
        yield return new ModelUnderTest(
            ModelRole.Average,
            "average",
            null,
            average?.Plan is { } plan && plan.Owners.All(model => model.IsLocked) ? plan.Digest : null,
            average is null ? Refuses(whyNot) : Opens(() => Make(average.Plan, work.Average)))
        {
            IsMadeHere = average is not null,
        };
    }

    private string Make(MergePlan plan, string folder)
    {
        // where every other score is remembered, this is the first that needs it
        TorchRuntime.StartLoading(environment);
        return MergeEngine.Run(plan, new MergeOptions { Output = folder, OwnsOutput = true, Verified = verified, Digests = planned.Digests }, progress: null, cancellation).Folder;
    }

    private DirectProgress<long> Checked(string merged)
    {
        var total = new DirectoryInfo(merged).EnumerateFiles(ModelFileNames.AnyWeights, SearchOption.AllDirectories).Sum(file => file.Length);
        var done = 0L;
        return new DirectProgress<long>(bytes =>
            observer.Advanced(Stage.Evaluate, "looks at every value", new Work(done += bytes, total, WorkUnit.Bytes)));
    }

    private void Judge(EvaluationReport report, DiagnosticBag found)
    {
        found.AddAll(report.Diagnostics());

        observer.Started(Stage.Gates);
        observer.Finished(
            Stage.Gates,
            !report.Passed ? StageEnd.Failed : report.Gates.IsEmpty ? StageEnd.NotAsked : StageEnd.Done,
            report.Gates.IsEmpty && report.Passed ? NoGates : report.GateSummary);
    }

    private OpenModel Opens(Func<string> folder) => (use, out whyNot) => place.TryOpen(use, folder(), out whyNot);

    private static OpenModel Refuses(string? reason) => (_, out whyNot) =>
    {
        whyNot = reason;
        return null;
    };

    // the folders' own names where these tell the models apart, else the models as the recipe writes them
    private static List<string> NamesOf(List<string> full)
    {
        List<string> last = full.ConvertAll(name => name.TrimEnd('/').Split('/')[^1]);
        return last.Distinct(StringComparer.Ordinal).Count() == full.Count ? last : full;
    }
}
