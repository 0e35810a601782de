using MergeOps.Architectures.Decoders;
using MergeOps.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QuickstartModels;

/// <summary>The shape that base and experts share, and how their weights come to be.</summary>
internal static class Family
{
    private const double InitialScale = 0.03;

    public static DecoderShape Config { get; } = new()
    {
        VocabularySize = Vocabulary.Size,
        HiddenSize = 96,
        IntermediateSize = 256,
        Layers = 4,
        Heads = 4,
        KeyValueHeads = 2,
        HeadSize = 24,
        ContextLength = 256,
        NormEpsilon = 1e-5,
        TiedEmbeddings = true,
    };

    /// <summary>Normal random matrices, the ones that write into the residual stream smaller (arXiv 1909.08053), and norms of 1.</summary>
    public static DecoderModel Fresh(long seed)
    {
        manual_seed(seed);
        return Create((name, shape) => name.EndsWith("norm.weight", StringComparison.Ordinal) ? ones(shape) : randn(shape) * Scale(name));
    }

    /// <summary>A copy with every weight rounded to bfloat16, as it is in the files.</summary>
    public static DecoderModel Rounded(DecoderModel model) => Create((name, _) => Rounded(model.Weights.Whole(name).detach()));

    /// <summary>Task arithmetic: the base plus λ times the sum of what the experts changed, rounded like a file.</summary>
    public static DecoderModel Merged(DecoderModel model, IReadOnlyCollection<DecoderModel> experts, double lambda) => Create((name, _) =>
    {
        var origin = model.Weights.Whole(name).detach();
        return Rounded(experts.Aggregate(origin.clone(), (sum, expert) => sum + lambda * (expert.Weights.Whole(name).detach() - origin)));
    });

    private static DecoderModel Create(Func<string, long[], Tensor> values)
    {
        using var scope = NewDisposeScope();
        var weights = DecoderTensors.Of(Config).ToDictionary(
            expected => expected.Name,
            expected => (Parameter)new Parameter(values(expected.Name, expected.Shape).clone(), requires_grad: false).DetachFromDisposeScope());
        return new DecoderModel(Config, new MemoryWeights(weights));
    }

    private static double Scale(string name) =>
        name.Contains("o_proj", StringComparison.Ordinal) || name.Contains("down_proj", StringComparison.Ordinal)
            ? InitialScale / Math.Sqrt(2 * Config.Layers)
            : InitialScale;

    private static Tensor Rounded(Tensor values) => values.to(ScalarType.BFloat16).to(ScalarType.Float32);
}
