using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Architectures.Decoders;
using MergeOps.Diagnostics;
using MergeOps.Models.Encoders;
using MergeOps.Runtime;
using MergeOps.Tensors;
using MergeOps.Tokenizers;
using MergeOps.Tokenizers.Pipelines;
using static TorchSharp.torch;

namespace MergeOps.Models.Embeddings;

/// <summary>Opens the embedding models whose vectors are exact here.</summary>
internal static class EmbeddingOpener
{
    /// <summary>
    /// Opens a model folder (<c>config.json</c>, weights, <c>tokenizer.json</c>, <c>modules.json</c> and the files that it names).
    /// Null with the reason, which ends the sentence « not evaluated: … », when its vectors would not be exact here.
    /// </summary>
    /// <exception cref="MergeOpsException">A model file cannot be read or breaks its format, or libtorch cannot be loaded.</exception>
    public static EmbeddingModel? TryOpen(string folder, out string? whyNot, Arithmetic? arithmetic = null) => TryOpen(CheckpointReader.Open(folder, []), out whyNot, arithmetic);

    /// <summary>Opens a model whose files beside the weights lie in the folder of its checkpoint, and its weights perhaps in memory.</summary>
    /// <exception cref="MergeOpsException">A model file cannot be read or breaks its format, or libtorch cannot be loaded.</exception>
    public static EmbeddingModel? TryOpen(Checkpoint checkpoint, out string? whyNot, Arithmetic? arithmetic = null)
    {
        var model = new ModelFolder(checkpoint.Folder);
        var found = TryFind(
            name => model.Has(name) ? PlainFile.Read(model.Locate(name), TokenizerFiles.CapOf(name)) : null,
            name => checkpoint.Tensors.TryGetValue(name, out var tensor) ? (tensor.DType, tensor.Shape) : null,
            out whyNot);
        if (found is null)
        {
            return null;
        }

        TorchRuntime.EnsureLoaded();
        return Open(checkpoint, found, arithmetic ?? Arithmetic.Usual, out whyNot);
    }

    /// <summary>The elements of a model's vectors, as far as its files without weights say; null with the reason when the vectors would not be exact here.</summary>
    /// <param name="bytesOf">Gives a file by its path, or null.</param>
    /// <param name="find">Finds a tensor of the checkpoint.</param>
    /// <param name="whyNot">Why not.</param>
    public static int? SizeOf(Func<string, byte[]?> bytesOf, FindTensor find, out string? whyNot) =>
        TryFind(bytesOf, find, out whyNot) is { } found ? found.Plan.Steps.Aggregate(SizeOf(found), (size, step) => step.SizeAfter(size)) : null;

    // behind the pooling
    private static int SizeOf(Parts found) => found.Weights.HiddenSize * found.Plan.Pooling.Modes.Length;

    private static Parts? TryFind(Func<string, byte[]?> bytesOf, FindTensor find, out string? whyNot)
    {
        if (bytesOf(ModelFileNames.Config) is not { } config)
        {
            whyNot = "there is no config.json";
            return null;
        }

        if (EmbeddingPlan.TryRead(name => bytesOf(name) is { } bytes ? Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF') : null, out whyNot) is not { } plan
            || TryFind(config, find, out whyNot) is not { } weights)
        {
            return null;
        }

        if (bytesOf(ModelFileNames.Tokenizer) is not { } file)
        {
            whyNot = TokenizerOpener.None(name => bytesOf(name) is not null);
            return null;
        }

        try
        {
            var text = TextTokenizerReader.Read(file, ModelFileNames.Tokenizer);
            if (text.Count > weights.VocabularySize)
            {
                whyNot = $"the tokenizer has ids up to {text.Count - 1}, config.json a vocabulary of {weights.VocabularySize}";
                return null;
            }

            var settings = bytesOf(ModelFileNames.TokenizerConfig) is { } written ? ModelJson.TryParse(Encoding.UTF8.GetString(written), out _) as JsonObject : null;
            var tokenizer = new EmbeddingTokenizer(text, plan, Math.Min(plan.LongestText ?? weights.LongestText, weights.LongestText), ModelJson.Text(settings?["truncation_side"]) == "left");
            whyNot = !tokenizer.HasRoom ? "the longest allowed text has no room for a token besides the special ones"
                : settings?["add_eos_token"] is JsonValue added && added.TryGetValue(out bool isAdded) && isAdded && !tokenizer.EndsTexts
                    ? "tokenizer_config.json asks for a token after each text ('add_eos_token'), which tokenizer.json does not add"
                : weights.Decoder is not null && plan.IsAssumed ? "there is no modules.json, which says how a decoder's states become a vector"
                : null;
            return whyNot is null ? new(plan, weights, tokenizer) : null;
        }
        catch (MergeOpsException refused) when (refused.Diagnostic.Code == Codes.TokenizerUnreadable)
        {
            whyNot = $"{refused.Diagnostic.Span?.Path}: {refused.Diagnostic.Detail.TrimEnd('.')}";
            return null;
        }
    }

    private static Weights? TryFind(byte[] config, FindTensor find, out string? whyNot)
    {
        try
        {
            using var document = JsonDocument.Parse(config);
            return DecoderFamily.IsOne(document.RootElement)
                ? DecoderBody.TryFind(document.RootElement, find, out whyNot) is { } decoder ? new(decoder, null) : null
                : EncoderCheckpoint.TryFind(document.RootElement, find, out whyNot) is { } encoder ? new(null, encoder) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            whyNot = $"config.json is not JSON. {JsonFlaw.Of(config, exception).TrimEnd('.')}";
            return null;
        }
    }

    private static EmbeddingModel? Open(Checkpoint checkpoint, Parts found, Arithmetic arithmetic, out string? whyNot)
    {
        whyNot = null;
        var size = SizeOf(found);
        var steps = new List<Func<Tensor, Tensor>>();
        foreach (var step in found.Plan.Steps)
        {
            if (step.Open(checkpoint, size, arithmetic.Place, out whyNot) is not { } opened)
            {
                return null;
            }

            steps.Add(opened);
            size = step.SizeAfter(size);
        }

        return new EmbeddingModel(found.Weights.Open(checkpoint, arithmetic), found.Tokenizer, found.Plan, steps, size);
    }

    private sealed record Parts(EmbeddingPlan Plan, Weights Weights, EmbeddingTokenizer Tokenizer);

    /// <summary>The weights of one or the other.</summary>
    private sealed record Weights(DecoderBody? Decoder, EncoderCheckpoint? Encoder)
    {
        public int VocabularySize => Decoder?.Shape.VocabularySize ?? Encoder!.Shape.VocabularySize;

        public int HiddenSize => Decoder?.Shape.HiddenSize ?? Encoder!.Shape.HiddenSize;

        public int LongestText => Decoder?.Shape.Positions ?? Encoder!.Shape.LongestText;

        public ITokenStates Open(Checkpoint checkpoint, Arithmetic arithmetic) => Decoder is { } decoder
            ? decoder.Open(checkpoint, arithmetic)
            : new EncoderStates(Encoder!.Load(checkpoint, arithmetic), Encoder.StoredNames);
    }
}
