using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>The output's <c>config.json</c>: the donor's, corrected for depth, vocabulary, dtype and tying wherever it keeps them.</summary>
internal static class OutputConfig
{
    /// <summary>Corrects the donor's config for the planned tensors.</summary>
    /// <param name="donor">The donor.</param>
    /// <param name="slots">Every output tensor's place.</param>
    /// <param name="jobs">Every output tensor.</param>
    /// <param name="specialIds">What the ids of tokens become; null where they stay.</param>
    /// <param name="diagnostics">Takes a warning for what the config cannot say of the new layers.</param>
    /// <returns>Canonical JSON, or null when the donor has no config.</returns>
    public static string? Write(ModelMetadata donor, IReadOnlyList<OutputSlot> slots, IReadOnlyList<TensorJob> jobs, SpecialIds? specialIds, DiagnosticBag diagnostics)
    {
        if (donor.Config?.Copy() is not { } config)
        {
            return null;
        }

        SetLayers(config, slots, donor, diagnostics);
        SetDType(config, jobs);
        SetVocabulary(config, jobs, donor);
        specialIds?.Apply(config);
        SetTying(config, donor.Rules, slots);
        config.RemoveQuantization();
        return CanonicalJson.Write(config.Root);
    }

    private static void SetLayers(ModelConfig config, IReadOnlyList<OutputSlot> slots, ModelMetadata donor, DiagnosticBag diagnostics)
    {
        var ahead = slots.Where(slot => slot.IsAhead).ToList();
        int? count = ahead.Count > 0 || !slots.Any(slot => IsOfAhead(donor.Rules, slot.Name))
            ? ahead.Select(slot => donor.Rules.LayerOf(slot.Name)!).DistinctBy(layer => (layer.Stack, layer.Layer)).Count()
            : null;

        // whole models keep their layers, whatever the config counts as one
        var sliced = slots.FirstOrDefault(slot => slot.Slice.Slice is not null);
        var unclear = sliced is null ? [] : Rearrange(config, OriginsOf(donor.Rules, slots), count);
        if (count is { } written)
        {
            // the model that gives the last layers need not be the one that gives the config
            LayerKeys.CountAhead(config, written, isSliced: sliced is not null, ahead.FirstOrDefault()?.Slice.Leader.Metadata.Config);
        }

        if (unclear.Count > 0)
        {
            diagnostics.Warning(
                Codes.LayerRuleKept,
                $"{string.Join(", ", unclear.Select(key => $"'{key}'"))} of {donor.Model.Value} gives layers their kind by their number, and layers have moved. It is kept as it is: compare the output's config.json with what each layer was.",
                sliced!.Slice.Slice!.Span);
        }
    }

    private static List<string> Rearrange(ModelConfig config, List<LayerOrigin> layers, int? ahead) =>
        [.. config.Sections.SelectMany(section => LayerKeys.Rearrange(section, layers, ahead)).Distinct(StringComparer.Ordinal)];

    // such layers that lie by themselves, or make up a whole draft model, are counted by nobody
    private static bool IsOfAhead(ArchitectureRules rules, string name) =>
        AheadLayers.IsStack(name) || (rules.LayerOf(name) is { } layer && AheadLayers.IsOne([layer.Suffix]));

    private static List<LayerOrigin> OriginsOf(ArchitectureRules rules, IReadOnlyList<OutputSlot> slots) =>
    [
        .. from slot in slots
           let output = rules.LayerOf(slot.Name)
           where slot is { IsInLayer: true, IsAhead: false } && slot.Slice.Slice is not null
           group slot.Inputs[0] by output.Layer into layer
           orderby layer.Key
           let first = layer.First()
           select new LayerOrigin(first.Participant.Metadata.Config?.Language, rules.LayerOf(first.Name)!.Layer),
    ];

    private static void SetDType(ModelConfig config, IReadOnlyList<TensorJob> jobs)
    {
        var types = jobs.Where(job => job.DType.IsMergeable()).GroupBy(job => job.DType).ToList();
        if (types.MaxBy(type => type.Sum(job => job.ByteLength)) is { Key: var most })
        {
            config.SetNumberType(most, isOnly: types.Count == 1);
        }
    }

    private static void SetVocabulary(ModelConfig config, IReadOnlyList<TensorJob> jobs, ModelMetadata donor)
    {
        // the donor's own size stands, right or wrong, as long as its rows do
        if (donor.Rules.EmbeddingOf(donor.Checkpoint) is { } before
            && jobs.FirstOrDefault(job => job.Name == before.Name) is { } embedding
            && embedding.Shape[0] != before.Shape[0])
        {
            config.SetVocabularySize(embedding.Shape[0]);
        }
    }

    private static void SetTying(ModelConfig config, ArchitectureRules rules, IReadOnlyList<OutputSlot> slots)
    {
        if (slots.FirstOrDefault(slot => rules.IsHeadMatrix(slot.Name)) is { } head)
        {
            config.UntieHead(wasTrainedApart: head.Inputs.Any(input => input.Participant.Metadata.HeadIsEmbedding == false));
        }
        else
        {
            config.TieHead();
        }
    }
}
