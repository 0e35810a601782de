using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Search;
using MergeOps.Sources;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Measures the models of a merge in that merge: what each layer of it sees, or what training changes in it.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="options">How.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class MeasureMerge(HostEnvironment environment, MeasureOptions options, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>Raised by hand whenever the same models and data would give other numbers than before.</summary>
    private const int Version = 1;

    // shares are told in so many parts
    private const long Parts = 1000;

    /// <summary>Whether a kind is measured so.</summary>
    public static bool Measures(StatisticKind kind) => kind is StatisticKind.MergedGram or StatisticKind.Update;

    /// <summary>The reason why a recipe's merge has no such statistics, as sentences; null where it has.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="kind">What is to be measured.</param>
    /// <param name="model">The one model that is asked for, or null.</param>
    public static string? Refuses(Recipe recipe, StatisticKind kind, string? model)
    {
        var method = recipe.MergeMethod.Value;
        return method.BeforeMeasuring is null || (method.ModelStatistic ?? method.BaseStatistic) != kind
            ? $"'{StatisticForm.NameOf(kind)}' is measured for 'merge_method: {(kind is StatisticKind.Update ? "gradient" : "regmean_plus")}', but this is '{method.Name}'."
            : model is not null ? $"'{StatisticForm.NameOf(kind)}' is measured for all models together. Leave '--model' out."
            : recipe.Modules.Any(module => module.Name is not null || !module.Slices.IsEmpty) ? "Merges of whole models are measured together; this one has 'slices' or 'modules'."
            : null;
    }

    /// <summary>Measures; null when the recipe cannot be planned, and why is in the bag.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="locked">Its lock, or null.</param>
    /// <param name="models">Its models.</param>
    /// <param name="slugOfBase">What the base's files are called.</param>
    /// <exception cref="MergeOpsException">A model, the data or the disk do not allow it.</exception>
    public async Task<IReadOnlyList<MeasuredFile>?> RunAsync(Recipe recipe, LockedRecipe? locked, IReadOnlyList<WantedModel> models, string slugOfBase)
    {
        var isLocal = ReferencedModels.PartsOf(recipe).All(part => LocalModels.Locate(part.Model, recipe.ModelsFolder) is not null);
        CheckApart(recipe, models);
        if (found.HasErrors
            || PlanMerge.Run(environment, recipe with { MergeMethod = recipe.MergeMethod with { Value = recipe.MergeMethod.Value.BeforeMeasuring! } }, isLocal ? null : locked, found) is not { } planned
            || found.HasErrors)
        {
            return null;
        }

        OpenedDecoders.RequireWhole(planned.Plan, recipe.MergeMethod.Span);
        await new FetchModels(environment, planned.Plan, planned.Digests, observer, cancellation).ForEvaluationAsync(Enumerable.Range(0, planned.Plan.Models.Length));
        var known = new Lazy<KnownDigests>(planned.Digests);
        var described = models.Select(model => Described(planned, model.Model, known)).ToList();
        var together = new StatisticsDescription(options.Kind, "", "")
        {
            Together = MeasuredModelReader.TogetherDigestOf(planned.Models, known),
            Parameters = MeasuredTogether.ParametersOf(planned.Plan.Jobs),
            Seed = models[0].Data.Settings.Seed,
            Tool = FormattableString.Invariant($"mergeops measure {Version}"),
        };
        var folder = options.Output ?? BesideRecipe.Statistics(recipe.Path);
        List<(string Path, StatisticsDescription Description)> files = options.Kind is StatisticKind.MergedGram
            ? [.. models.Zip(described, (model, description) => (PathOf(folder, model.Slug), together with { Model = description.Model, ModelDigest = description.ModelDigest, DataDigest = model.Data.Digest }))]
            : [(PathOf(folder, slugOfBase), Of(together, Described(planned, recipe.BaseModel!, known), models))];
        observer.Started(Stage.Measure);
        if (files.TrueForAll(file => IsIn(file.Path, file.Description)))
        {
            observer.Finished(Stage.Measure, StageEnd.AlreadyTrue, $"{Quantity.Of(files.Count, "file")} in {folder} {(files.Count == 1 ? "has" : "have")} it");
            return [.. files.Select(file => new MeasuredFile(file.Description.Model, file.Path, StatisticsFile.Read(file.Path).Description, WasThere: true))];
        }

        DurableFolder.Create(Path.GetFullPath(folder));
        var key = KeyOf(files.Select(file => file.Description), models);
        var work = new RunFolder(environment, key);
        using var held = await work.LockAsync(observer.Reported, cancellation);
        OwnPlace.ClearForFolder(work.Measured);
        DurableFolder.Create(work.Measured);
        var measured = new MeasureTogether(recipe, planned.Plan, models, options.MaxMemory, Advance, found, cancellation).Run(files, work.Measured, key);
        DurableFolder.Remove(work.Measured);
        observer.Finished(Stage.Measure, StageEnd.Done, measured[0].Outcome ?? $"{Quantity.Of(measured.Count, "model")} in their merge");
        return [.. measured.Zip(files, (description, file) => new MeasuredFile(description.Model, file.Path, description, WasThere: false))];
    }

    private void CheckApart(Recipe recipe, IReadOnlyList<WantedModel> models)
    {
        if (options.Kind is not StatisticKind.Update)
        {
            return;
        }

        ImmutableArray<TaskItems> items = [.. models.Select(model => new TaskItems(model.Model, model.Data))];
        LearningItems.RequireAnswers(items, found);
        LearningItems.CheckApart(items, EvaluationData.None, recipe.Evaluate is { } evaluate ? EvaluationData.Read(evaluate, recipe.Folder, []) : EvaluationData.None, found);
    }

    private static StatisticsDescription Described(PlannedRecipe planned, Located<ModelReference> model, Lazy<KnownDigests> known) => new(
        StatisticKind.Gram, model.Value.ToString(), MeasuredModelReader.DigestOf(planned.Models.First(metadata => metadata.Model.Value == model.Value), known));

    private static StatisticsDescription Of(StatisticsDescription together, StatisticsDescription ofBase, IReadOnlyList<WantedModel> models) => together with
    {
        Model = ofBase.Model,
        ModelDigest = ofBase.ModelDigest,
        DataDigest = CanonicalJson.Digest(new JsonArray([.. models.Select(model => (JsonNode)model.Data.Digest)])),
    };

    private static string KeyOf(IEnumerable<StatisticsDescription> files, IEnumerable<WantedModel> models) => CanonicalJson.Digest(new JsonObject
    {
        ["version"] = Version,
        ["files"] = new JsonArray([.. files.Select(file => (JsonNode)new JsonObject
        {
            ["kind"] = file.Kind.ToString(),
            ["model"] = file.ModelDigest,
            ["together"] = file.Together,
            ["parameters"] = file.Parameters,
            ["data"] = file.DataDigest,
            ["seed"] = file.Seed.ToString(CultureInfo.InvariantCulture),
        })]),
        ["data"] = new JsonArray([.. models.Select(model => (JsonNode)model.Data.Digest)]),
        ["class"] = TorchRuntime.Report().NumericClass,
    });

    private bool IsIn(string path, StatisticsDescription wanted)
    {
        try
        {
            return File.Exists(path)
                && StatisticsFile.Read(path).Description with { Items = 0, Tokens = 0, Norm = null, Outcome = null, Digest = null, Inputs = wanted.Inputs, WeightTokens = wanted.WeightTokens } == wanted
                && StatisticsContent.Require(path, path, cancellation);
        }
        catch (MergeOpsException unusable) when (unusable.Diagnostic.Code.Kind is FailureKind.Input)
        {
            return false;
        }
    }

    private string PathOf(string folder, string slug) => Path.Combine(folder, $"{slug}.{StatisticForm.NameOf(options.Kind)}.safetensors");

    private void Advance(string part, double share) => observer.Advanced(Stage.Measure, part, new Work((long)(share * Parts), Parts, WorkUnit.Items));
}
