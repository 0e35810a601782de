using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Hub;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>The output's <c>config.json</c>: the donor's, corrected for depth, vocabulary, dtype and tying.</summary>
internal static class OutputConfig
{
    private static readonly string[] DepthKeys = ["num_hidden_layers", "n_layer", "num_layers", "n_layers"];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly string[] DTypeKeys = ["torch_dtype", "dtype"];

    /// <summary>The parsed config of a model, or null when it has none.</summary>
    /// <exception cref="MergeOpsException">It is not a JSON object.</exception>
    public static JsonObject? Parse(ModelFacts model)
    {
        if (model.Config is null)
        {
            return null;
        }

        try
        {
            var config = JsonNode.Parse(model.Config, documentOptions: Strict) as JsonObject
                ?? throw new MergeOpsException(Codes.ConfigUnreadable, $"The config.json of {model.Model.Value} is not an object.", model.Model.Span);
            // texts are decoded only when they are read, and half of a surrogate pair cannot be
            _ = CanonicalJson.Write(config);
            return config;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new MergeOpsException(
                Codes.ConfigUnreadable, $"The config.json of {model.Model.Value} is not valid JSON: {problem.Message}", model.Model.Span, problem);
        }
    }

    /// <summary>Corrects the donor's config for the planned tensors.</summary>
    /// <param name="donor">The donor.</param>
    /// <param name="slots">Every output tensor's place.</param>
    /// <param name="jobs">Every output tensor.</param>
    /// <returns>Canonical JSON, or null when the donor has no config.</returns>
    public static string? Write(ModelFacts donor, IReadOnlyList<OutputSlot> slots, IReadOnlyList<TensorJob> jobs)
    {
        if (Parse(donor) is not { } config)
        {
            return null;
        }

        SetDepth(config, slots);
        SetDType(config, jobs);
        SetVocabulary(config, jobs);
        SetTying(config, jobs);
        return CanonicalJson.Write(config);
    }

    private static void SetDepth(JsonObject config, IReadOnlyList<OutputSlot> slots)
    {
        var last = slots
            .Select(slot => TensorNames.LayerOf(slot.Name))
            .OfType<LayerName>()
            .GroupBy(layer => layer.Stack, StringComparer.Ordinal)
            .Select(stack => stack.MaxBy(layer => layer.Layer)!)
            .ToList();
        if (last is not [{ Layer: var deepest }] || DepthKeys.FirstOrDefault(config.ContainsKey) is not { } key || NumberAt(config, key) is not (> 0 and var before))
        {
            return;
        }

        var depth = deepest + 1;
        config[key] = depth;
        foreach (var (name, value) in config.ToList())
        {
            // per-layer lists have one entry for each layer; output layers take the entry of the layer they came from
            if (value is JsonArray perLayer && perLayer.Count == before && depth != before)
            {
                config[name] = new JsonArray([.. SourceLayers(slots).Select(source => perLayer[Math.Min(source, (int)before - 1)]?.DeepClone())]);
            }
        }
    }

    private static IEnumerable<int> SourceLayers(IReadOnlyList<OutputSlot> slots) =>
        from slot in slots
        let output = TensorNames.LayerOf(slot.Name)
        where output is not null
        group TensorNames.LayerOf(slot.Inputs[0].Name)!.Layer by output.Layer into layer
        orderby layer.Key
        select layer.First();

    private static void SetDType(JsonObject config, IReadOnlyList<TensorJob> jobs)
    {
        var main = jobs
            .Where(job => job.DType.IsMergeable())
            .GroupBy(job => job.DType, job => job.ByteLength)
            .MaxBy(group => group.Sum())?.Key;
        foreach (var key in DTypeKeys.Where(config.ContainsKey))
        {
            config[key] = main switch
            {
                DType.BF16 => "bfloat16",
                DType.F16 => "float16",
                DType.F32 => "float32",
                DType.F64 => "float64",
                _ => config[key]?.DeepClone(),
            };
        }
    }

    private static void SetVocabulary(JsonObject config, IReadOnlyList<TensorJob> jobs)
    {
        var cut = jobs.FirstOrDefault(job =>
            job.Kind == JobKind.Merge && job.Shape.Length == 2 && TensorNames.LayerOf(job.Name) is null
            && job.Inputs.Any(input => input.Tensor.Shape[0] != job.Shape[0]));
        if (cut is not null && config.ContainsKey("vocab_size"))
        {
            config["vocab_size"] = cut.Shape[0];
        }
    }

    private static void SetTying(JsonObject config, IReadOnlyList<TensorJob> jobs)
    {
        var writesHead = jobs.Any(job => TiedTensors.IsHead(job.Name));
        var isCausal = config["architectures"] is JsonArray and [{ } architecture] && architecture.ToString().EndsWith("ForCausalLM", StringComparison.Ordinal);
        if (writesHead ? TiedTensors.DeclaredIn(config) == true : isCausal)
        {
            config["tie_word_embeddings"] = !writesHead;
        }
    }

    private static long? NumberAt(JsonObject config, string key) =>
        config[key] is JsonValue value && long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
