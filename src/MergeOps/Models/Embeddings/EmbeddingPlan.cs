using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Tensors;

namespace MergeOps.Models.Embeddings;

/// <summary>How a model of sentence-transformers makes vectors, as the small files beside its weights say.</summary>
internal sealed record EmbeddingPlan
{
    private const string TransformerKind = "Transformer";
    private const string PoolingKind = "Pooling";

    // the library looks for them in this order
    private static readonly string[] TransformerFiles =
    [
        "sentence_bert_config.json", "sentence_roberta_config.json", "sentence_distilbert_config.json", "sentence_camembert_config.json",
        "sentence_albert_config.json", "sentence_xlm-roberta_config.json", "sentence_xlnet_config.json",
    ];

    /// <summary>The most tokens of a text, special ones included; null where the model's files do not say.</summary>
    public int? LongestText { get; private init; }

    /// <summary>Whether texts are written in lower case before anything else.</summary>
    public bool LowerCase { get; private init; }

    /// <summary>How tokens become a vector.</summary>
    public PoolingPlan Pooling { get; private init; } = PoolingPlan.Usual;

    /// <summary>What happens to the vector then.</summary>
    public ImmutableArray<VectorStep> Steps { get; private init; } = [];

    /// <summary>The model's own prompts by their names.</summary>
    public ImmutableSortedDictionary<string, string> Prompts { get; private init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The name of the prompt that is used where nobody asks for another; null for none.</summary>
    public string? DefaultPrompt { get; private init; }

    /// <summary>Whether there is no <c>modules.json</c>, so that pooling is what sentence-transformers assumes.</summary>
    public bool IsAssumed { get; private init; }

    /// <summary>In a phrase: <c>mean pooling, normalized</c>.</summary>
    public string Description => string.Join(", ", Steps.Select(step => step.Description).OfType<string>()
        .Prepend(Pooling.Description + (IsAssumed ? $" (there is no {DescriptionFiles.Modules})" : "")));

    /// <summary>Reads the files; null with the reason, which ends the sentence « not evaluated: … », when vectors would not be exact here.</summary>
    /// <param name="textOf">Gives the text of a file by its path, or null.</param>
    /// <param name="whyNot">Why there is no plan.</param>
    public static EmbeddingPlan? TryRead(Func<string, string?> textOf, out string? whyNot)
    {
        var settings = Parse(textOf, DescriptionFiles.SentenceTransformers, out whyNot) as JsonObject;
        if (whyNot is not null || EmbeddingTraits.KindOfModel(settings) is { } type and not "SentenceTransformer" && (whyNot = $"it is a '{type}' of sentence-transformers, whose outputs are not vectors of texts") is not null)
        {
            return null;
        }

        var plan = Modules(textOf, out whyNot);
        if (plan is null)
        {
            return null;
        }

        var transformer = TransformerFiles.Select(file => textOf(file) is null ? null : file).OfType<string>().FirstOrDefault() is { } file
            ? Parse(textOf, file, out whyNot) as JsonObject
            : null;
        whyNot ??= ModelJson.Text(transformer?["transformer_task"]) is { } task and not "feature-extraction"
            ? $"its transformer is used for '{task}', which has no implementation here" : null;
        return whyNot is not null ? null : plan with
        {
            LongestText = transformer?["max_seq_length"] is JsonValue length && length.TryGetValue(out int longest) && longest > 0 ? longest : TokenizersLimit(textOf),
            LowerCase = transformer?["do_lower_case"] is JsonValue lower && lower.TryGetValue(out bool isLower) && isLower,
            Prompts = (settings?["prompts"] as JsonObject)?.Where(prompt => ModelJson.Text(prompt.Value) is not null)
                .ToImmutableSortedDictionary(prompt => prompt.Key, prompt => ModelJson.Text(prompt.Value)!, StringComparer.Ordinal) ?? plan.Prompts,
            DefaultPrompt = ModelJson.Text(settings?["default_prompt_name"]),
        };
    }

    private static EmbeddingPlan? Modules(Func<string, string?> textOf, out string? whyNot)
    {
        if (textOf(DescriptionFiles.Modules) is null)
        {
            whyNot = null;
            return new() { IsAssumed = true };
        }

        if (Parse(textOf, DescriptionFiles.Modules, out whyNot) is not JsonArray listed)
        {
            whyNot ??= $"{DescriptionFiles.Modules} is not a list";
            return null;
        }

        var modules = listed.OfType<JsonObject>().ToList();
        if (modules.Count < 2 || EmbeddingTraits.KindOf(modules[0]) != TransformerKind || FolderOf(modules[0]).Length > 0 || EmbeddingTraits.KindOf(modules[1]) != PoolingKind)
        {
            whyNot = $"its modules are {string.Join(", ", modules.Select(EmbeddingTraits.KindOf))}; computed here are a {TransformerKind} in the model's own folder, {PoolingKind}, and Dense, LayerNorm and Normalize after them";
            return null;
        }

        var pooling = PoolingPlan.TryRead(ConfigOf(textOf, FolderOf(modules[1]), out whyNot), $"{FolderOf(modules[1])}/{ModelFileNames.Config}", out var ofPooling);
        whyNot ??= ofPooling;
        if (pooling is null || whyNot is not null)
        {
            return null;
        }

        var steps = ImmutableArray.CreateBuilder<VectorStep>();
        foreach (var module in modules.Skip(2))
        {
            if (StepOf(module, textOf, out whyNot) is { } step)
            {
                steps.Add(step);
            }
            else if (whyNot is not null)
            {
                return null;
            }
        }

        return new() { Pooling = pooling, Steps = steps.ToImmutable() };
    }

    // null without a reason for what does nothing
    private static VectorStep? StepOf(JsonObject module, Func<string, string?> textOf, out string? whyNot)
    {
        whyNot = null;
        var folder = FolderOf(module);
        switch (EmbeddingTraits.KindOf(module))
        {
            case "Normalize":
                return new NormalizeStep();
            case "LayerNorm":
                return new LayerNormStep(folder);
            case "Dense":
                var config = ConfigOf(textOf, folder, out whyNot);
                return whyNot is null ? DenseStep.TryRead(config, folder, out whyNot) : null;
            case "Dropout":
                return null;
            default:
                whyNot = $"the module '{EmbeddingTraits.KindOf(module)}' of {DescriptionFiles.Modules} has no implementation here (there are: Dense, LayerNorm, Normalize)";
                return null;
        }
    }

    private static string FolderOf(JsonObject module) => (ModelJson.Text(module["path"]) ?? "").Replace('\\', '/').Trim('/');

    private static JsonNode? ConfigOf(Func<string, string?> textOf, string folder, out string? whyNot) =>
        Parse(textOf, $"{folder}/{ModelFileNames.Config}", out whyNot);

    // what the tokenizer says where the model does not; a number beyond all bounds means no limit
    private static int? TokenizersLimit(Func<string, string?> textOf) =>
        (Parse(textOf, ModelFileNames.TokenizerConfig, out _) as JsonObject)?["model_max_length"] is JsonValue limit && limit.TryGetValue(out int longest) && longest > 0 ? longest : null;

    private static JsonNode? Parse(Func<string, string?> textOf, string file, out string? whyNot)
    {
        whyNot = null;
        if (textOf(file) is not { } text)
        {
            return null;
        }

        var root = ModelJson.TryParse(text, out var flaw);
        whyNot = flaw is null ? null : $"{file} is not JSON. {flaw.TrimEnd('.')}";
        return root;
    }
}
