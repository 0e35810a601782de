using MergeOps.Architectures;
using MergeOps.Architectures.Decoders;
using MergeOps.Diagnostics;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Models;

/// <summary>Opens the models for which there are an exact forward pass and an exact tokenizer.</summary>
internal static class LanguageModels
{
    /// <summary>A model with no more bytes of weights than this is read at once, where it fits; of a larger one stays what fits, and at least the layer at work.</summary>
    private const long LargestInMemory = 1L << 30;

    /// <summary>
    /// Opens a model folder (<c>config.json</c>, safetensors, tokenizer). Null with the reason, which ends the sentence
    /// « not evaluated: … », when the model is of a kind that would not be scored exactly here.
    /// </summary>
    /// <exception cref="MergeOpsException">A model file cannot be read or breaks its format, or libtorch cannot be loaded.</exception>
    public static LanguageModel? TryOpen(string folder, out string? whyNot, Arithmetic? arithmetic = null) =>
        TryOpen(folder, () => CheckpointReader.Open(folder, []), out whyNot, arithmetic: arithmetic);

    /// <summary>Opens a model whose config and tokenizer lie in the folder of its checkpoint, and its weights perhaps in memory.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="whyNot">Why it is not opened.</param>
    /// <param name="largestInMemory">A model with no more bytes of weights than this stays in memory; of a larger one, a layer does. Null for what fits into this machine's.</param>
    /// <param name="arithmetic">Where and in which type it computes; null for the usual.</param>
    /// <exception cref="MergeOpsException">A model file cannot be read or breaks its format, or libtorch cannot be loaded.</exception>
    public static LanguageModel? TryOpen(Checkpoint checkpoint, out string? whyNot, long? largestInMemory = null, Arithmetic? arithmetic = null) =>
        TryOpen(checkpoint.Folder, () => checkpoint, out whyNot, largestInMemory, arithmetic);

    private static LanguageModel? TryOpen(string folder, Func<Checkpoint> open, out string? whyNot, long? largestInMemory = null, Arithmetic? arithmetic = null)
    {
        if (TryReadConfig(folder, out whyNot) is not { } shape || TokenizerOpener.TryOpen(folder, out whyNot) is not { } tokenizer)
        {
            return null;
        }

        var checkpoint = open();
        shape = DecoderTensors.Settled(shape, checkpoint.Tensors.ContainsKey);
        whyNot = ScoringSupport.OfTokenizer(shape, tokenizer)
            ?? ScoringSupport.OfTensors(shape, name => checkpoint.Tensors.TryGetValue(name, out var found) ? (found.DType, found.Shape) : null)
            ?? ScoringSupport.OfMemory(shape, arithmetic ?? Arithmetic.Usual);
        if (whyNot is not null)
        {
            return null;
        }

        TorchRuntime.EnsureLoaded();
        var template = ChatPrompt.TryOpen(folder, out var whyNoConversation);
        return new LanguageModel(new DecoderModel(shape, Weights(checkpoint, shape, largestInMemory, arithmetic ?? Arithmetic.Usual)), tokenizer, template) { WhyNoConversation = whyNoConversation };
    }

    private static IModelWeights Weights(Checkpoint checkpoint, DecoderShape shape, long? largestInMemory, Arithmetic arithmetic)
    {
        var stored = new CheckpointWeights(checkpoint, arithmetic.Place, arithmetic.ScalarType, name => TextPart.StoredName(shape, name, checkpoint.Tensors.ContainsKey));
        var sizes = DecoderTensors.Of(shape).ToDictionary(tensor => tensor.Name, tensor => ScoringSupport.BytesOf([tensor], arithmetic), StringComparer.Ordinal);
        if (sizes.Values.Sum() > (largestInMemory ?? Math.Min(LargestInMemory, arithmetic.WeightBudget)))
        {
            return largestInMemory is null ? new ResidentWeights(stored, sizes, arithmetic.WeightBudget) : stored;
        }

        using (stored)
        {
            return MemoryWeights.Of(stored, DecoderTensors.Of(shape).Select(tensor => tensor.Name));
        }
    }

    private static DecoderShape? TryReadConfig(string folder, out string? whyNot)
    {
        var file = new FileInfo(Path.Combine(folder, ModelFileNames.Config));
        if (file is { Exists: true, Length: > ModelConfig.LargestFile })
        {
            whyNot = $"config.json has {file.Length:N0} bytes";
            return null;
        }

        return ScoringSupport.TryRead(file.Exists ? PlainFile.Read(file.FullName) : null, out whyNot);
    }
}
