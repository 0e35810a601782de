using MergeOps.Architectures.Llama;
using MergeOps.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace QuickstartModels;

/// <summary>The shape that base and experts share, and how their weights come to be.</summary>
internal static class Family
{
    private const double InitialScale = 0.03;

    public static LlamaConfig Config { get; } = new()
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
    public static LlamaModel Fresh(long seed)
    {
        manual_seed(seed);
        return Create((name, shape) => name.EndsWith("norm.weight", StringComparison.Ordinal) ? ones(shape) : randn(shape) * Scale(name));
    }

    /// <summary>A copy with every weight rounded to bfloat16, as it is in the files.</summary>
    public static LlamaModel Rounded(LlamaModel model) => Create((name, _) => Rounded(model.Weights[name].detach()));

    /// <summary>Task arithmetic: the base plus λ times the sum of what the experts changed, rounded like a file.</summary>
    public static LlamaModel Merged(LlamaModel model, IReadOnlyCollection<LlamaModel> experts, double lambda) => Create((name, _) =>
    {
        var origin = model.Weights[name].detach();
        return Rounded(experts.Aggregate(origin.clone(), (sum, expert) => sum + lambda * (expert.Weights[name].detach() - origin)));
    });

    private static LlamaModel Create(Func<string, long[], Tensor> values)
    {
        using var scope = NewDisposeScope();
        var weights = LlamaTensors.Of(Config).ToDictionary(
            expected => expected.Name,
            expected => (Parameter)new Parameter(values(expected.Name, expected.Shape).clone(), requires_grad: false).DetachFromDisposeScope());
        return new LlamaModel(Config, weights);
    }

    private static double Scale(string name) =>
        name.Contains("o_proj", StringComparison.Ordinal) || name.Contains("down_proj", StringComparison.Ordinal)
            ? InitialScale / Math.Sqrt(2 * Config.Layers)
            : InitialScale;

    private static Tensor Rounded(Tensor values) => values.to(ScalarType.BFloat16).to(ScalarType.Float32);
}
