using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>Holds the models' configs against that of the donor, where a difference changes what the weights mean.</summary>
internal static class ConfigCheck
{
    private const string EndOfText = "eos_token_id";

    private const int MostNamed = 3;

    /// <summary>An error for each quantized model whose numbers do not follow exactly from what is stored.</summary>
    public static void RefuseQuantized(ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics)
    {
        foreach (var metadata in models)
        {
            var scaled = metadata.ScaledWeights;
            if (scaled.Refusal is { } quantized)
            {
                diagnostics.Error(
                    Codes.ModelQuantized,
                    $"{metadata.Model.Value} is quantized: {quantized.Scheme} ({quantized.Evidence}). {quantized.Problem} {quantized.WayOut}",
                    metadata.Model.Span);
            }
            else if (scaled.Weights.IsEmpty && QuantizedCheckpoint.DeclaredMethod(metadata.Config) is { } method)
            {
                diagnostics.Warning(
                    Codes.QuantizationDropped,
                    $"The config.json of {metadata.Model.Value} says {TerminalText.Quoted(method)}, but all of its tensors are plain numbers. They are merged as such, and the output's config has no quantization settings.",
                    metadata.Model.Span);
            }
        }
    }

    /// <summary>A note for each model whose weights are dequantized while they are read, with what is left out and what is written.</summary>
    public static void ReportDequantized(ImmutableArray<ModelMetadata> models, ImmutableArray<TensorJob> jobs, DiagnosticBag diagnostics)
    {
        for (var model = 0; model < models.Length; model++)
        {
            var (metadata, scaled) = (models[model], models[model].ScaledWeights);
            var unused = scaled.Unused.IsEmpty ? "" : $"Left out, since only quantized arithmetic uses it: {PatternText.Of(scaled.Unused.Select(tensor => tensor.Name), MostNamed)}.";
            if (scaled.Weights.IsEmpty)
            {
                if (unused.Length > 0)
                {
                    diagnostics.Note(Codes.LeftOutOfFewBits, $"{metadata.Model.Value} does not store its weights quantized. {unused}", metadata.Model.Span);
                }

                continue;
            }

            var names = scaled.Weights.Select(weight => weight.Packed.Name).ToHashSet(StringComparer.Ordinal);
            var written = jobs.Where(job => job.Reads.Any(stored => stored.Owner == model && names.Contains(stored.Name)))
                .Select(job => job.DType.ToString()).Distinct().Order(StringComparer.Ordinal).ToList();
            if (written.Count == 0)
            {
                // a model of weight 0 is not read
                continue;
            }

            diagnostics.Note(
                Codes.WeightsDequantized,
                $"{metadata.Model.Value} stores {scaled.Weights.Length:N0} of its weights quantized, with scales ({PatternText.Of(names, MostNamed)}). They are dequantized while they are read and written as {string.Join(", ", written)}; the output is not quantized.{(unused.Length == 0 ? "" : " " + unused)}",
                metadata.Model.Span);
        }
    }

    /// <summary>A warning for each model whose config contradicts the donor's; an error where it is another architecture.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="models">The models that take part.</param>
    /// <param name="donor">The model that gives the config.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    public static void Compare(Recipe recipe, ImmutableArray<ModelMetadata> models, ModelMetadata donor, DiagnosticBag diagnostics)
    {
        if (donor.Config is null)
        {
            if (models.FirstOrDefault(metadata => metadata.Config is not null) is { } described)
            {
                diagnostics.Warning(
                    Codes.ConfigsDiffer,
                    $"{donor.Model.Value} gives the config and has none, so the output has none either. Name a model with a config.json as base_model or first, such as {described.Model.Value}.",
                    donor.Model.Span);
            }

            return;
        }

        // what is wrong is more than that the configs differ
        var isRefused = diagnostics.HasErrors;
        var expected = TraitsOf(donor);
        foreach (var metadata in models.Where(metadata => metadata.Config is not null && !ReferenceEquals(metadata, donor)))
        {
            var traits = TraitsOf(metadata);
            if (donor.Config.HasLabelsInOtherOrderThan(metadata.Config!))
            {
                diagnostics.Error(
                    Codes.LabelsDiffer,
                    $"{donor.Model.Value} and {metadata.Model.Value} have the same labels in a different order: {TerminalText.Escape(expected[ConfigTraits.Labels])} and {TerminalText.Escape(traits[ConfigTraits.Labels])}. "
                    + "Rows of a classification head are merged by their numbers, so this would mix them. Put the rows and 'id2label' of one model into the other's order first.",
                    metadata.Model.Span);
                continue;
            }

            var differing = expected.Keys.Where(trait => traits.TryGetValue(trait, out var value) && value != expected[trait]).ToList();
            ReportMinor(donor, metadata, differing, diagnostics);
            var values = string.Join("; ", differing.Select(trait => $"{trait} {TerminalText.Escape(expected[trait])} in {donor.Model.Value}, {TerminalText.Escape(traits[trait])} in {metadata.Model.Value}"));
            if (differing.Contains(ConfigTraits.ModelType) && differing.Exists(ConfigTraits.IsDecisive) && !recipe.AllowsDifferentArchitectures)
            {
                diagnostics.Error(
                    Codes.ArchitecturesDiffer,
                    $"{values}. Their weights mean different things under the same names. If you know that they fit together, set 'allow_different_architectures: true' in the recipe.",
                    metadata.Model.Span);
            }
            else if (differing.Count > 0 && !isRefused)
            {
                diagnostics.Warning(
                    Codes.ConfigsDiffer, $"{values}. The output takes the values of {donor.Model.Value}.", metadata.Model.Span);
            }
        }
    }

    /// <summary>A warning for each model whose stored head differs from the embedding that its config ties it to.</summary>
    public static void ReportUntiedHeads(ImmutableArray<ModelMetadata> models, ImmutableArray<TensorJob> jobs, DiagnosticBag diagnostics)
    {
        foreach (var metadata in models.Where(metadata => metadata is { HeadIsEmbedding: false, Config: { } config } && (config.TiesEmbeddings ?? config.TiesByDefault)))
        {
            if (metadata.Rules.HeadOf(metadata.Checkpoint) is { Name: var head } && jobs.Any(job => metadata.NamesOf(head).Contains(job.Name)))
            {
                diagnostics.Warning(
                    Codes.HeadUntied,
                    $"{metadata.Model.Value} ties {TerminalText.Quoted(head)} to the embedding by its config.json or its class, but its weights differ: it was trained separately. The head is merged, and the output's config says tie_word_embeddings: false.",
                    metadata.Model.Span);
            }
        }
    }

    // what is left of two configs when everything is taken away that changes the meaning of the weights
    private static void ReportMinor(ModelMetadata donor, ModelMetadata metadata, List<string> differing, DiagnosticBag diagnostics)
    {
        var (ofDonor, own) = (donor.Config!.Language, metadata.Config!.Language);
        var minor = ModelJson.KeysOf(ofDonor).Union(ModelJson.KeysOf(own), StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Where(key => ofDonor[key] is not JsonObject && own[key] is not JsonObject && !ConfigTraits.DecidedBy(key).Any(differing.Contains))
            .Where(key => TextOf(ofDonor[key]) != TextOf(own[key]))
            .ToList();
        if (ofDonor[EndOfText] is not null && own[EndOfText] is not null && minor.Remove(EndOfText))
        {
            diagnostics.Note(
                Codes.ConfigsDiffer,
                TerminalText.Escape($"The end tokens differ: {EndOfText} {TextOf(ofDonor[EndOfText])} in {donor.Model.Value}, {TextOf(own[EndOfText])} in {metadata.Model.Value}. The output takes it from the model that gives its tokenizer."),
                metadata.Model.Span);
        }

        if (minor.Count > 0)
        {
            diagnostics.Detail(
                Codes.MinorDifference,
                $"config.json of {donor.Model.Value} against {metadata.Model.Value}: {string.Join("; ", minor.Select(key => TerminalText.Escape($"{key} {TextOf(ofDonor[key])} / {TextOf(own[key])}")))}.",
                metadata.Model.Span);
        }
    }

    private static string TextOf(JsonNode? value) => ConfigTraits.Canonical(value) ?? "absent";

    private static SortedList<string, string> TraitsOf(ModelMetadata metadata)
    {
        var traits = ConfigTraits.Of(metadata.Config!);
        foreach (var (trait, value) in EmbeddingTraits.Of(metadata.Descriptions))
        {
            traits[trait] = value;
        }

        return traits;
    }
}
