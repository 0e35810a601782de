using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>The output's <c>config.json</c>: the donor's, corrected for depth, vocabulary, dtype and tying wherever it keeps them.</summary>
internal static class OutputConfig
{
    private static readonly string[] DTypeKeys = ["torch_dtype", "dtype"];

    /// <summary>Corrects the donor's config for the planned tensors.</summary>
    /// <param name="donor">The donor.</param>
    /// <param name="slots">Every output tensor's place.</param>
    /// <param name="jobs">Every output tensor.</param>
    /// <param name="diagnostics">Takes a warning for what the config cannot say of the new layers.</param>
    /// <returns>Canonical JSON, or null when the donor has no config.</returns>
    public static string? Write(ModelFacts donor, IReadOnlyList<OutputSlot> slots, IReadOnlyList<TensorJob> jobs, DiagnosticBag diagnostics)
    {
        if (donor.Config?.Copy() is not { } config)
        {
            return null;
        }

        SetLayers(config, slots, donor, diagnostics);
        SetDType(config, jobs);
        SetVocabulary(config, jobs, donor.Checkpoint);
        SetTying(config, slots);
        config.RemoveQuantization();
        return CanonicalJson.Write(config.Root);
    }

    private static void SetLayers(ModelConfig config, IReadOnlyList<OutputSlot> slots, ModelFacts donor, DiagnosticBag diagnostics)
    {
        // whole models keep their layers, whatever the config counts as one
        if (slots.FirstOrDefault(slot => slot.Slice.Slice is not null) is not { } sliced)
        {
            return;
        }

        var layers = OriginsOf(slots);
        var unclear = config.Sections.SelectMany(section => LayerKeys.Rearrange(section, layers)).Distinct(StringComparer.Ordinal).ToList();
        if (unclear.Count > 0)
        {
            diagnostics.Warning(
                Codes.LayerRuleKept,
                $"{string.Join(", ", unclear.Select(key => $"'{key}'"))} of {donor.Model.Value} gives layers their kind by their number, and layers have moved. It is kept as it is: compare the output's config.json with what each layer was.",
                sliced.Slice.Slice!.Span);
        }
    }

    private static List<LayerOrigin> OriginsOf(IReadOnlyList<OutputSlot> slots) =>
    [
        .. from slot in slots
           let output = TensorNames.LayerOf(slot.Name)
           where slot.IsInLayer
           group slot.Inputs[0] by output.Layer into layer
           orderby layer.Key
           let first = layer.First()
           select new LayerOrigin(first.Participant.Facts.Config?.Language, TensorNames.LayerOf(first.Name)!.Layer),
    ];

    private static void SetDType(ModelConfig config, IReadOnlyList<TensorJob> jobs)
    {
        var types = jobs
            .Where(job => job.DType.IsMergeable())
            .GroupBy(job => NameOf(job.DType), StringComparer.Ordinal)
            .ToList();
        if (types.MaxBy(type => type.Sum(job => job.ByteLength))?.Key is not { } name)
        {
            return;
        }

        // a part may keep a type of its own as long as the tensors differ in theirs
        var sections = types.Count == 1 ? EverySection(config.Root) : config.Sections;
        foreach (var section in sections.ToList())
        {
            foreach (var key in DTypeKeys.Where(key => section[key] is not null))
            {
                section[key] = name;
            }
        }

        // older files say it only at the top, newer ones may say null there and mean "as stored"
        foreach (var key in DTypeKeys.Where(key => config.Root.ContainsKey(key) && config.Root[key] is null))
        {
            config.Root[key] = name;
        }
    }

    private static IEnumerable<JsonObject> EverySection(JsonObject section) =>
        ModelJson.ValuesOf(section).OfType<JsonObject>().SelectMany(EverySection).Prepend(section);

    private static string? NameOf(DType dtype) => dtype switch
    {
        DType.BF16 => "bfloat16",
        DType.F16 => "float16",
        DType.F32 => "float32",
        DType.F64 => "float64",
        _ => null,
    };

    private static void SetVocabulary(ModelConfig config, IReadOnlyList<TensorJob> jobs, Checkpoint donor)
    {
        // the donor's own size stands, right or wrong, as long as its rows do
        if (TensorRoles.EmbeddingOf(donor) is not { } before
            || jobs.FirstOrDefault(job => job.Name == before.Name) is not { } embedding
            || embedding.Shape[0] == before.Shape[0])
        {
            return;
        }

        foreach (var section in config.Sections.Where(section => ModelConfig.Number(section, "vocab_size") is not null))
        {
            section["vocab_size"] = embedding.Shape[0];
        }
    }

    private static void SetTying(ModelConfig config, IReadOnlyList<OutputSlot> slots)
    {
        const string Key = "tie_word_embeddings";
        if (slots.FirstOrDefault(slot => TensorRoles.IsHeadMatrix(slot.Name)) is not { } head)
        {
            if (config.Architecture?.EndsWith("ForCausalLM", StringComparison.Ordinal) == true)
            {
                config.Language[Key] = true;
            }

            return;
        }

        foreach (var section in config.Sections.Where(section => section[Key] is JsonValue value && value.TryGetValue(out bool isTied) && isTied))
        {
            section[Key] = false;
        }

        // without the key such a class would drop the head when it is loaded
        if (config is { TiesEmbeddings: null, TiesByDefault: true } && head.Inputs.Any(input => input.Participant.Facts.HeadIsEmbedding == false))
        {
            config.Language[Key] = false;
        }
    }
}
