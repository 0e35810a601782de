using System.Collections.Immutable;
using MergeOps.Architectures.Decoders;
using MergeOps.Diagnostics;
using MergeOps.Models;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Pipeline.Stages;

/// <summary>The models of a merge as decoders of one shape, whose weights are read layer by layer; the first one gives config and tokenizer.</summary>
internal sealed class OpenedDecoders : IDisposable
{
    // a layer blended, its gradient, one model's part of it and a difference
    private const int LayersAtOnce = 4;

    // the states of the sequences take so much of the memory
    private const int StateShare = 4;

    private OpenedDecoders(LanguageModel language, ImmutableArray<IModelWeights> weights, long stateBytes) => (Language, Weights, StateBytes) = (language, weights, stateBytes);

    /// <summary>The first model, for its tokenizer.</summary>
    public LanguageModel Language { get; }

    /// <summary>The weights of each model.</summary>
    public ImmutableArray<IModelWeights> Weights { get; }

    /// <summary>Bytes that the states of sequences may take.</summary>
    public long StateBytes { get; }

    /// <summary>What all of them are.</summary>
    public DecoderShape Shape => Language.Model.Shape;

    /// <summary>Refuses what lies nowhere whole.</summary>
    /// <param name="plan">The merge.</param>
    /// <param name="span">Where it is asked for.</param>
    /// <exception cref="MergeOpsException">A model has an adapter, or is made by another recipe.</exception>
    public static void RequireWhole(MergePlan plan, SourceSpan? span)
    {
        if (plan.Models.FirstOrDefault(model => model.IsStage || model.Reference.Adapters.Any()) is { } composed)
        {
            throw new MergeOpsException(
                Codes.NotMeasured,
                $"{TerminalText.Quoted(composed.Reference.ToString())} is {(composed.IsStage ? "the result of another recipe in the file" : "a model with an adapter")}, which is not stored as a whole model. Merge it by itself with 'merge_method: passthrough', and name the folder here.",
                span);
        }
    }

    /// <summary>Opens models whose files are here.</summary>
    /// <param name="plan">The merge.</param>
    /// <param name="models">The models, the one first that gives the tokenizer.</param>
    /// <param name="type">The type of the arithmetic.</param>
    /// <param name="maxMemory">Bytes that weights and states may take.</param>
    /// <exception cref="MergeOpsException">A model has no exact forward pass here, other tensors than the first one, or does not fit.</exception>
    public static OpenedDecoders Open(MergePlan plan, IReadOnlyList<Located<ModelReference>> models, ScalarType type, long maxMemory)
    {
        var language = LanguageModels.TryOpen(CheckpointReader.Open(FolderOf(plan, models[0]), []), out var whyNot, largestInMemory: 0)
            ?? throw new MergeOpsException(Codes.NotMeasured, $"{TerminalText.Quoted(models[0].Value.ToString())}: {whyNot}. Only merges of language models that can be computed exactly here can be trained or measured.", models[0].Span);
        var shape = language.Model.Shape;
        if (shape.IsPart)
        {
            language.Dispose();
            throw new MergeOpsException(
                Codes.NotMeasured, $"{TerminalText.Quoted(models[0].Value.ToString())}: it is part of a model that also processes images. Such models can be scored, but only merges of standalone language models can be trained or measured.", models[0].Span);
        }

        var scale = type is ScalarType.Float64 ? 2 : 1;
        var sizes = DecoderTensors.Of(shape).ToDictionary(tensor => tensor.Name, tensor => scale * ScoringSupport.BytesOf([tensor], Arithmetic.Usual), StringComparer.Ordinal);
        var largest = Math.Max(sizes[DecoderTensors.Embedding], Enumerable.Range(0, shape.Layers).Max(layer => DecoderTensors.OfLayer(shape, layer).Sum(tensor => sizes[tensor.Name])));
        var needed = LayersAtOnce * largest;
        if (needed > maxMemory - (maxMemory / StateShare))
        {
            language.Dispose();
            throw new MergeOpsException(
                Codes.MemoryTooSmall,
                $"A layer of the merged model with its gradient and one model's part takes {ByteText.Of(needed)}, and {ByteText.Of(maxMemory - (maxMemory / StateShare))} of {ByteText.Of(maxMemory)} are left for it. "
                    + $"Give --max-memory at least {ByteText.Of(needed * StateShare / (StateShare - 1))}.");
        }

        return new(
            language,
            [.. models.Select(model => (IModelWeights)new ResidentWeights(Stored(plan, model, shape, type), sizes, (maxMemory - (maxMemory / StateShare) - needed) / models.Count))],
            maxMemory / StateShare);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var each in Weights)
        {
            each.Dispose();
        }

        Language.Dispose();
    }

    private static CheckpointWeights Stored(MergePlan plan, Located<ModelReference> model, DecoderShape shape, ScalarType type)
    {
        var checkpoint = CheckpointReader.Open(FolderOf(plan, model), []);
        return ScoringSupport.OfTensors(shape, name => checkpoint.Tensors.TryGetValue(name, out var found) ? (found.DType, found.Shape) : null) is { } objection
            ? throw new MergeOpsException(Codes.NotMeasured, $"{TerminalText.Quoted(model.Value.ToString())}: {objection}. Only merges of models with the tensors of one architecture can be trained or measured.", model.Span)
            : new(checkpoint, CPU, type);
    }

    private static string FolderOf(MergePlan plan, Located<ModelReference> model) => plan.Models[plan.IndexOf(model.Value)].Checkpoint.Folder;
}
