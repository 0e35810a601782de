using System.Collections.Immutable;
using System.Text;
using MergeOps.Architectures.Decoders;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Models;
using MergeOps.Models.Embeddings;
using MergeOps.Planning;
using MergeOps.Tensors;
using MergeOps.Tokenizers;

namespace MergeOps.Pipeline.Stages;

/// <summary>What config, names and shapes of tensors, and tokenizers say of whether a recipe's models, and merges of them, can be scored.</summary>
/// <param name="planned">The recipe with its plan.</param>
/// <param name="isForThisMachine">Whether it is this machine that will score, with every tokenizer on it; otherwise tokenizers of the Hub and memory are left out.</param>
internal sealed class ForeseenScores(PlannedRecipe planned, bool isForThisMachine)
{
    /// <summary>Why the result of a stage has no scores.</summary>
    public const string StageNotWritten = "it is a recipe of the same file, whose result is never written; move that recipe to its own file to measure it";

    private readonly Dictionary<int, string?> reasons = [];

    private Arithmetic Scoring => Arithmetic.Usual with { Type = planned.Recipe.Evaluate?.DType ?? DType.F32 };

    /// <summary>Why a model of the recipe has no scores; null where nothing stands against them, as far as is known.</summary>
    public string? OfModel(int index)
    {
        if (!reasons.TryGetValue(index, out var known))
        {
            var model = planned.Plan.Models[index];
            var config = planned.Models[index].Config?.Root.ToJsonString();
            reasons[index] = known = model.IsStage ? StageNotWritten
                : (IsAskedAs(ModelUse.Language) ? Foresee(config, Find, GiverOf).WhyNot : null)
                    ?? (IsAskedAs(EmbeddingUse.Instance) ? ForeseeVectors(config, Find, GiverOf).WhyNot : null);

            (DType DType, ImmutableArray<long> Shape)? Find(string name) =>
                model.Checkpoint.Tensors.TryGetValue(name, out var tensor) ? (tensor.DType, tensor.Shape) : null;

            PlannedModel? GiverOf(string name) => Has(model, name) ? model : null;
        }

        return known;
    }

    /// <summary>The same of a merge, whose tokenizer is copied from its models.</summary>
    /// <param name="merge">Its plan.</param>
    /// <param name="found">Takes items that have no room in its context, and sizes to which its vectors cannot be cut.</param>
    public string? OfPlan(PlannedRecipe merge, DiagnosticBag found)
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

        if (!IsAskedAs(EmbeddingUse.Instance))
        {
            return whyNot;
        }

        var vectors = ForeseeVectors(merge.Plan.Config, Find, givers.GetValueOrDefault);
        if (vectors.Size is { } size)
        {
            RequireElements(size, found);
        }

        return whyNot ?? vectors.WhyNot;

        (DType DType, ImmutableArray<long> Shape)? Find(string name) => jobs.TryGetValue(name, out var job) ? (job.DType, job.Shape) : null;
    }

    /// <summary>Why a model of the recipe cannot be asked in a conversation.</summary>
    public string? TemplateOf(int index)
    {
        var model = planned.Plan.Models[index];
        return model.IsStage ? null : TemplateOf(name => Has(model, name) ? model : null);
    }

    /// <summary>The same of the merged model; a template that the recipe names is known to be rendered.</summary>
    public string? TemplateOfMerged()
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

    private bool IsAskedAs(ModelUse use) => planned.Data.Subjects.Any(subject => subject.Kind.Use == use);

    // what lies on the Hub and was not fetched yet tells nothing
    private ForeseenVectors ForeseeVectors(string? json, FindTensor find, Func<string, PlannedModel?> giverOf)
    {
        var isKnown = true;
        var size = EmbeddingOpener.SizeOf(
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
            find,
            out var objection);
        return isKnown ? new(size, objection) : new(null, null);
    }

    private Foreseen Foresee(string? json, FindTensor find, Func<string, PlannedModel?> giverOf)
    {
        if (ScoringSupport.TryRead(json is null ? null : Encoding.UTF8.GetBytes(json), out var whyNot) is not { } described)
        {
            return new(null, null, whyNot);
        }

        var config = DecoderTensors.Settled(described, name => find(name) is not null);

        if ((ScoringSupport.OfTensors(config, find) ?? (isForThisMachine ? ScoringSupport.OfMemory(config, Scoring) : null)) is { } ofWeights)
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
        model.Remote is { } remote ? remote.Metadata.Files.Contains(name) : File.Exists(Path.Combine(model.Checkpoint.Folder, name));

    private string? PlaceOf(PlannedModel model, string name)
    {
        var path = Path.Combine(model.Checkpoint.Folder, name);
        return (model.Remote is null || isForThisMachine) && File.Exists(path) ? path : null;
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

    private void RequireElements(int size, DiagnosticBag found)
    {
        foreach (var task in planned.Data.Tasks)
        {
            if (task.Kind is EmbeddingTaskKind kind && kind.TooLarge(size) is { } larger)
            {
                found.Error(
                    Codes.ValueOutOfRange,
                    $"'dimensions' of '{task.Name}' asks for {larger} elements, and vectors of these models have {size}. Write sizes up to {size}, or 'full'.",
                    planned.Recipe.Evaluate!.Tasks.First(known => known.Name.Value == task.Name).Span);
            }
        }
    }

    /// <summary>The elements of a model's vectors, or why it has none; neither where that is not known yet.</summary>
    private readonly record struct ForeseenVectors(int? Size, string? WhyNot);

    /// <summary>What is known of a model's scores; the reason is null where nothing stands against them, as far as is known.</summary>
    private sealed record Foreseen(DecoderShape? Config, ITokenizer? Tokenizer, string? WhyNot);
}
