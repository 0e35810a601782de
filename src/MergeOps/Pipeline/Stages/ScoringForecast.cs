using System.Collections.Immutable;
using System.Text;
using MergeOps.Architectures.Decoders;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Gates;
using MergeOps.Models;
using MergeOps.Models.Embeddings;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Tensors;
using MergeOps.Tokenizers;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// Foresees from a plan which models can be scored here: config, names and shapes of tensors, and the tokenizer say so before a
/// weight is read. A gate that would have no figure is an error then, and not after hours of merging.
/// </summary>
internal sealed class ScoringForecast(HostEnvironment environment, PlannedRecipe planned)
{
    /// <summary>Why the result of a stage has no scores.</summary>
    public const string StageNotWritten = "it is a recipe of the same file, whose result is never written; move that recipe to its own file to measure it";

    private readonly Dictionary<int, string?> reasons = [];

    private Arithmetic Scoring => Arithmetic.Usual with { Type = planned.Recipe.Evaluate?.DType ?? DType.F32 };

    /// <summary>Whether it is this machine that will score, with every tokenizer on it; otherwise tokenizers of the Hub and memory are left out.</summary>
    public bool IsForThisMachine { get; init; }

    /// <summary>Reports what can be foreseen.</summary>
    public void Run(DiagnosticBag found)
    {
        foreach (var file in planned.Data.NotFetched)
        {
            found.Note(Codes.HubFileNotFetched, $"{TerminalText.Quoted(file.Value)} is fetched and read when the merged model is evaluated.", file.Span);
        }

        if (planned.Data.IsEmpty)
        {
            return;
        }

        var merged = OfPlan(planned, found);
        var figures = new RecipeFigures(planned.Recipe.Evaluate, EvaluationCatalogue.Default);
        var isRefused = false;
        foreach (var gate in planned.Recipe.Gates)
        {
            if (figures.TryFind(gate.Metric.Value, out var figure) && figure.Metric.IsScoredHere && WhyNot(gate, figures, figure, merged) is { } whyNot)
            {
                isRefused = true;
                found.Error(
                    Codes.GateWithoutScore,
                    $"{GateCondition.Of(gate)}: {whyNot.TrimEnd('.')}. Measure it with another harness ('evaluate: {{ external: … }}'), or remove the gate.",
                    gate.Span);
            }
        }

        if (!isRefused)
        {
            Tell(merged, found);
        }
    }

    private void Tell(string? merged, DiagnosticBag found)
    {
        var place = planned.Recipe.Evaluate!.Span;
        if (merged is not null)
        {
            found.Warning(Codes.NotEvaluated, $"The merged model will have no scores: {merged}.", place);
        }

        foreach (var (index, model) in planned.Plan.Models.Index())
        {
            if (OfModel(index) is { } whyNot)
            {
                found.Note(Codes.NotEvaluated, $"{TerminalText.Quoted(model.Reference.ToString())} will have no scores: {whyNot}.", place);
            }
        }

        if (merged is null && Conversations is { Count: > 0 } asking)
        {
            var tasks = string.Join(" and ", asking.Select(task => $"'{task.Name}'"));
            if (TemplateOfMerged() is { } ofMerged)
            {
                found.Warning(Codes.NotEvaluated, $"The merged model will have no scores on {tasks}: {ofMerged}.", place);
            }

            foreach (var (index, model) in planned.Plan.Models.Index().Where(model => OfModel(model.Index) is null))
            {
                if (TemplateOf(index) is { } whyNot)
                {
                    found.Note(Codes.NotEvaluated, $"{TerminalText.Quoted(model.Reference.ToString())} will have no scores on {tasks}: {whyNot}.", place);
                }
            }
        }
    }

    // what asks in a conversation needs a chat template, and the other tasks do not
    private List<Subject> Conversations => [.. planned.Data.Tasks.Where(task => task.Kind is LanguageTaskKind { IsChat: true })];

    private string? TemplateOf(int index)
    {
        var model = planned.Plan.Models[index];
        return model.IsStage ? null : TemplateOf(name => Has(model, name) ? model : null);
    }

    // a template that the recipe names is known to be rendered
    private string? TemplateOfMerged()
    {
        var givers = planned.Plan.Companions.ToDictionary(companion => companion.Path, companion => planned.Plan.Owners[companion.Model], StringComparer.Ordinal);
        return planned.Plan.Lora is not null ? TemplateOf(planned.Plan.IndexOf(planned.Recipe.BaseModel!.Value))
            : planned.Recipe.ChatTemplate is not null || planned.Plan.NewFiles.ContainsKey(ModelFileNames.ChatTemplate) ? null
            : TemplateOf(givers.GetValueOrDefault);
    }

    private string? TemplateOf(Func<string, PlannedModel?> giverOf)
    {
        var isKnown = true;
        _ = ChatPrompt.TryOpen(
            name =>
            {
                if (giverOf(name) is not { } giver)
                {
                    return null;
                }

                var place = PlaceOf(giver, name);
                isKnown &= place is not null;
                return place;
            },
            out var whyNot);
        return isKnown ? whyNot : null;
    }

    private string? WhyNot(GateSettings gate, RecipeFigures figures, Figure figure, string? merged)
    {
        if (merged is not null)
        {
            return $"the merged model cannot be scored: {merged}";
        }

        var isAsked = Conversations.Exists(task => figures.IsOf(figure, task.Name));
        if (isAsked && TemplateOfMerged() is { } lack)
        {
            return $"the merged model cannot be asked in a conversation: {lack}";
        }

        var needed = planned.Data.Tasks.Where(task => figure.Metric.NeedsExpert && task.Expert is not null && figures.IsOf(figure, task.Name));
        if (needed.Select(task => Named(planned.Plan.IndexOf(task.Expert!))).FirstOrDefault(whyNot => whyNot is not null) is { } ofNeeded)
        {
            return ofNeeded;
        }

        return (gate.Against ?? gate.NotWorseThan)?.Value switch
        {
            Baselines.Base => Asked(planned.Plan.IndexOf(planned.Recipe.BaseModel!.Value)),
            Baselines.BestParent => Parents.Of(planned.Plan).All.Select(Asked).FirstOrDefault(whyNot => whyNot is not null),
            Baselines.Average => OfAverage(),
            _ => null,
        };

        string? Asked(int model) => Named(model)
            ?? (isAsked && TemplateOf(model) is { } whyNot ? $"{TerminalText.Quoted(planned.Plan.Models[model].Reference.ToString())} cannot be asked in a conversation: {whyNot}" : null);
    }

    private string? Named(int model) =>
        OfModel(model) is { } whyNot ? $"{TerminalText.Quoted(planned.Plan.Models[model].Reference.ToString())} cannot be scored: {whyNot}" : null;

    private string? OfAverage() =>
        PlainAverage.Plan(environment, planned, out var whyNot) is not { } average ? $"the plain average cannot be made: {whyNot}"
        : OfPlan(average, []) is { } reason ? $"the plain average cannot be scored: {reason}"
        : null;

    private string? OfModel(int index)
    {
        if (!reasons.TryGetValue(index, out var known))
        {
            var model = planned.Plan.Models[index];
            var config = planned.Models[index].Config?.Root.ToJsonString();
            reasons[index] = known = model.IsStage ? StageNotWritten
                : (IsAskedAs(ModelUse.Language) ? Foresee(config, Find, GiverOf).WhyNot : null)
                    ?? (IsAskedAs(EmbeddingUse.Instance) ? ForeseeVectors(config, Find, GiverOf) : null);

            (DType DType, ImmutableArray<long> Shape)? Find(string name) =>
                model.Checkpoint.Tensors.TryGetValue(name, out var tensor) ? (tensor.DType, tensor.Shape) : null;

            PlannedModel? GiverOf(string name) => Has(model, name) ? model : null;
        }

        return known;
    }

    // of a merge, whose tokenizer is copied from its models
    private string? OfPlan(PlannedRecipe merge, DiagnosticBag found)
    {
        if (merge.Plan.Lora is not null)
        {
            // what an adapter does is what its base does with it, and no shape differs
            return OfModel(planned.Plan.IndexOf(merge.Recipe.BaseModel!.Value));
        }

        var jobs = merge.Plan.Jobs.ToDictionary(job => job.Name, StringComparer.Ordinal);
        var givers = merge.Plan.Companions.ToDictionary(companion => companion.Path, companion => merge.Plan.Owners[companion.Model], StringComparer.Ordinal);
        var (config, tokenizer, whyNot) = IsAskedAs(ModelUse.Language) ? Foresee(merge.Plan.Config, Find, givers.GetValueOrDefault) : new(null, null, null);
        if (config is not null && tokenizer is not null)
        {
            RequireRoom(config, tokenizer, found);
        }

        return whyNot ?? (IsAskedAs(EmbeddingUse.Instance) ? ForeseeVectors(merge.Plan.Config, Find, givers.GetValueOrDefault) : null);

        (DType DType, ImmutableArray<long> Shape)? Find(string name) => jobs.TryGetValue(name, out var job) ? (job.DType, job.Shape) : null;
    }

    private bool IsAskedAs(ModelUse use) => planned.Data.Subjects.Any(subject => subject.Kind.Use == use);

    // what lies on the Hub and was not fetched yet tells nothing
    private string? ForeseeVectors(string? json, FindTensor find, Func<string, PlannedModel?> giverOf)
    {
        var isKnown = true;
        var objection = EmbeddingOpener.Objection(
            name =>
            {
                if (name == ModelFileNames.Config)
                {
                    return json is null ? null : Encoding.UTF8.GetBytes(json);
                }

                if (giverOf(name) is not { } giver)
                {
                    return null;
                }

                if (giver.Remote?.Metadata.Descriptions.GetValueOrDefault(name) is { } text)
                {
                    return Encoding.UTF8.GetBytes(text);
                }

                var place = PlaceOf(giver, name);
                isKnown &= place is not null;
                return place is null ? null : PlainFile.Read(place, TokenizerFiles.CapOf(name));
            },
            find);
        return isKnown ? objection : null;
    }

    private Foreseen Foresee(string? json, FindTensor find, Func<string, PlannedModel?> giverOf)
    {
        if (ScoringSupport.TryRead(json is null ? null : Encoding.UTF8.GetBytes(json), out var whyNot) is not { } config)
        {
            return new(null, null, whyNot);
        }

        if ((ScoringSupport.OfTensors(config, find) ?? (IsForThisMachine ? ScoringSupport.OfMemory(config, Scoring) : null)) is { } ofWeights)
        {
            return new(config, null, ofWeights);
        }

        var first = TokenizerOpener.Files.FirstOrDefault(name => giverOf(name) is not null);
        if (first is not null && PlaceOf(giverOf(first)!, first) is null)
        {
            // it lies on the Hub, and nobody has fetched it yet
            return new(config, null, null);
        }

        return TokenizerOpener.TryOpen(name => giverOf(name) is { } giver ? PlaceOf(giver, name) : null, out whyNot) is { } tokenizer
            ? new(config, tokenizer, ScoringSupport.OfTokenizer(config, tokenizer))
            : new(config, null, whyNot);
    }

    private static bool Has(PlannedModel model, string name) =>
        model.Remote is { } remote ? remote.Metadata.Files.Any(file => file.Path == name) : File.Exists(Path.Combine(model.Checkpoint.Folder, name));

    private string? PlaceOf(PlannedModel model, string name)
    {
        var path = Path.Combine(model.Checkpoint.Folder, name);
        return (model.Remote is null || IsForThisMachine) && File.Exists(path) ? path : null;
    }

    // an answer that is longer than the context has no score
    private void RequireRoom(DecoderShape config, ITokenizer tokenizer, DiagnosticBag found)
    {
        foreach (var task in planned.Data.Tasks)
        {
            try
            {
                // no tokenizer here makes more tokens than bytes, and one for the beginning
                var requests = task.Kind is LanguageTaskKind kind ? task.Items.SelectMany(kind.RequestsOf) : [];
                foreach (var (context, continuation) in requests.Where(request => Encoding.UTF8.GetByteCount(request.Context) + Encoding.UTF8.GetByteCount(request.Continuation) >= config.ContextLength))
                {
                    _ = TokenSequence.Pair(tokenizer, context, continuation, config.ContextLength);
                }
            }
            catch (MergeOpsException tooLong)
            {
                found.Add(tooLong.Diagnostic with { Span = planned.Recipe.Evaluate!.Tasks.First(known => known.Name.Value == task.Name).Data.Span });
            }
        }
    }

    /// <summary>What is known of a model's scores; the reason is null where nothing stands against them, as far as is known.</summary>
    private sealed record Foreseen(DecoderShape? Config, ITokenizer? Tokenizer, string? WhyNot);
}
