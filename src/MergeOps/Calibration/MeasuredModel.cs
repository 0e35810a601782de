using System.Collections.Immutable;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Walks;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Models;
using MergeOps.Models.Embeddings;
using MergeOps.Recipes.Declarations;
using MergeOps.Tensors;

namespace MergeOps.Calibration;

/// <summary>A model that is opened to be measured, whichever kind it is; owns it.</summary>
internal abstract class MeasuredModel : IDisposable
{
    /// <summary>Opens a model's folder.</summary>
    /// <param name="folder">Config, weights and tokenizer.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="maxMemory">Bytes that weights and sums may take; a larger model is read layer by layer.</param>
    /// <exception cref="MergeOpsException">It has no exact forward pass here, or cannot be read.</exception>
    public static MeasuredModel Open(string folder, string name, long maxMemory)
    {
        if (LanguageModels.TryOpen(CheckpointReader.Open(folder, []), out var whyNoLanguage, maxMemory / 4) is { } language)
        {
            if (!language.Model.Shape.IsPart)
            {
                return new Language(language);
            }

            language.Dispose();
            throw new MergeOpsException(Codes.NotMeasured, $"{name}: it is part of a model that also processes images. Such models can be scored, but statistics are only measured on whole models.");
        }

        var embedding = EmbeddingOpener.TryOpen(folder, out var whyNoEmbedding);
        if (embedding is { States: EncoderStates encoder })
        {
            return new Embedding(embedding, encoder);
        }

        embedding?.Dispose();
        whyNoEmbedding ??= "it is a decoder, whose vectors can be scored but not measured";
        throw new MergeOpsException(
            Codes.NotMeasured, $"{name}: as a language model {whyNoLanguage}; as an embedding model {whyNoEmbedding}. Only what can be computed exactly here is measured.");
    }

    /// <summary>The examples of the data for a statistic.</summary>
    /// <exception cref="MergeOpsException">The data do not do for it.</exception>
    public abstract ImmutableArray<CalibrationExample> ExamplesOf(CalibrationData data, StatisticKind kind);

    /// <summary>The steps of a measurement.</summary>
    public abstract IReadOnlyList<MeasureStep> StepsOf(
        CalibrationData data, ImmutableArray<CalibrationExample> examples, StatisticKind kind, string folder, long maxMemory, CancellationToken cancellation);

    /// <summary>What lies on disk between two layers at most, in bytes.</summary>
    public long BytesBetweenLayers(ImmutableArray<CalibrationExample> examples, StatisticKind kind) =>
        examples.Sum(example => example.Sequences.Sum(sequence => (long)sequence.Inputs.Length)) * Layers.HiddenSize * sizeof(float)
            * (kind is StatisticKind.Gram or StatisticKind.Activation or StatisticKind.Gates ? 2 : Layers.Layers + 4);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The forward pass.</summary>
    protected abstract ILayeredModel Layers { get; }

    /// <summary>The variant of the Fisher information that settings ask for.</summary>
    public static string VariantOf(CalibrationData data) => data.Settings.Variant?.Value ?? FisherVariants.Sampled;

    private sealed class Language(LanguageModel model) : MeasuredModel
    {
        private readonly LayeredDecoder layers = new(model.Model);

        protected override ILayeredModel Layers => layers;

        public override ImmutableArray<CalibrationExample> ExamplesOf(CalibrationData data, StatisticKind kind) => kind is StatisticKind.Gates ? ExampleMaker.OfPrompts(data, model) : ExampleMaker.Of(data, model, kind switch
        {
            StatisticKind.Gram or StatisticKind.Activation => Asked.Reading,
            StatisticKind.Fisher when VariantOf(data) == FisherVariants.Exact => Asked.Labels,
            _ => Asked.Prediction,
        });

        public override IReadOnlyList<MeasureStep> StepsOf(
            CalibrationData data, ImmutableArray<CalibrationExample> examples, StatisticKind kind, string folder, long maxMemory, CancellationToken cancellation) => kind switch
            {
                StatisticKind.Gram or StatisticKind.Activation => new InputWalk(layers, examples, kind, folder, maxMemory, cancellation).Steps(),
                StatisticKind.Gates => new GateWalk(layers, examples, data, folder, cancellation).Steps(),
                StatisticKind.Gradient => new GradientWalk(layers, examples, GradientUse.Mean, drawing: null, folder, maxMemory, cancellation).Steps(),
                StatisticKind.Fisher => new GradientWalk(
                    layers, examples, GradientUse.Squared, VariantOf(data) == FisherVariants.Sampled ? data.Settings.Seed : null, folder, maxMemory, cancellation).Steps(),
                _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a statistic of weights"),
            };

        public override void Dispose() => layers.Dispose();
    }

    private sealed class Embedding(EmbeddingModel model, EncoderStates states) : MeasuredModel
    {
        private readonly LayeredEncoder layers = new(states.Encoder, states.StoredNames);

        protected override ILayeredModel Layers => layers;

        public override ImmutableArray<CalibrationExample> ExamplesOf(CalibrationData data, StatisticKind kind) => kind is StatisticKind.Gram or StatisticKind.Activation
            ? ExampleMaker.Of(data, model)
            : throw new MergeOpsException(
                Codes.NotMeasured, "An embedding model predicts no tokens: it has no likelihood whose gradient could be taken, and it cannot be the base of a mixture. Its Grams and activations can be measured.", data.Settings.Span);

        public override IReadOnlyList<MeasureStep> StepsOf(
            CalibrationData data, ImmutableArray<CalibrationExample> examples, StatisticKind kind, string folder, long maxMemory, CancellationToken cancellation) =>
            new InputWalk(layers, examples, kind, folder, maxMemory, cancellation).Steps();

        public override void Dispose() => layers.Dispose();
    }
}
