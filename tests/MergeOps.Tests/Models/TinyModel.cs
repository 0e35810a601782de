using MergeOps.Architectures.Decoders;
using MergeOps.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MergeOps.Tests.Models;

/// <summary>Decoders so small that their results can be worked out by hand.</summary>
internal static class TinyModel
{
    public static DecoderShape Config { get; } = new()
    {
        VocabularySize = 3,
        HiddenSize = 2,
        IntermediateSize = 2,
        Layers = 1,
        Heads = 1,
        KeyValueHeads = 1,
        HeadSize = 2,
        ContextLength = 8,
        NormEpsilon = 1e-12,
        TiedEmbeddings = true,
    };

    /// <summary>A model with norms of 1 and every other tensor 0, except those given row by row.</summary>
    public static DecoderModel Create(DecoderShape config, params (string Name, float[] Values)[] given) => new(
        config,
        new MemoryWeights(DecoderTensors.Of(config).ToDictionary(
            expected => expected.Name,
            expected => new Parameter(
                Array.Find(given, g => g.Name == expected.Name).Values is { } values ? tensor(values).view(expected.Shape)
                    : expected.Name.EndsWith("norm.weight", StringComparison.Ordinal) ? ones(expected.Shape)
                    : zeros(expected.Shape),
                requires_grad: false))));

    /// <summary>A model of random weights over the 256 bytes and one begin token.</summary>
    public static DecoderModel Random(int seed)
    {
        manual_seed(seed);
        var config = Config with
        {
            VocabularySize = 257,
            HiddenSize = 16,
            IntermediateSize = 32,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 2,
            HeadSize = 4,
            ContextLength = 32,
        };
        return new DecoderModel(config, new MemoryWeights(DecoderTensors.Of(config).ToDictionary(
            expected => expected.Name, expected => new Parameter(randn(expected.Shape) * 0.3, requires_grad: false))));
    }

    /// <summary>A token for each byte, and 256 before every text.</summary>
    public static ITokenizer Tokenizer => QuickstartModels.Vocabulary.Tokenizer;
}
