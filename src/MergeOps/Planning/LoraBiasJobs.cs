using System.Collections.Immutable;
using MergeOps.Architectures.Lora;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Planning;

/// <summary>A bias that an adapter holds.</summary>
/// <param name="Name">Its name in the adapter.</param>
/// <param name="Merged">The job of the merged bias.</param>
internal sealed record LoraBiasJob(string Name, TensorJob Merged);

/// <summary>The biases of an adapter.</summary>
/// <param name="Word">What the adapter's settings say of them.</param>
/// <param name="Jobs">Those that it holds.</param>
/// <param name="LeftOut">Those that it does not hold.</param>
internal sealed record WrittenBiases(string Word, ImmutableArray<LoraBiasJob> Jobs, ImmutableArray<TensorJob> LeftOut);

/// <summary>Collects the biases that the merge may change, and decides which of them an adapter holds once its factors are known.</summary>
/// <param name="settings">What the recipe asks for.</param>
/// <param name="choice">The modules that it chooses.</param>
/// <param name="merged">The jobs of the merged model.</param>
internal sealed class LoraBiasJobs(LoraOutputSettings settings, LoraChoice choice, ImmutableArray<TensorJob> merged)
{
    private const string Weight = ".weight";

    private readonly List<TensorJob> biases = [];

    /// <summary>Whether a bias is one that an adapter brings without the weight that it belongs to, or that the recipe asks for.</summary>
    /// <param name="bias">Its job.</param>
    /// <param name="module">Its module.</param>
    public bool Wants(TensorJob bias, string module) =>
        !choice.IsSaved(module) && !choice.IsExcluded(module)
        && ((LoraTying.HeldWhole(bias) && !merged.Any(job => job.Name == module + Weight && LoraTying.HeldWhole(job))) || settings.Bias is { Value: not LoraBiases.None });

    /// <summary>Takes one that differs from the base's.</summary>
    public void Add(TensorJob bias) => biases.Add(bias);

    /// <summary>What becomes of them.</summary>
    /// <param name="withFactors">The modules that have factors.</param>
    public WrittenBiases Written(IReadOnlySet<string> withFactors)
    {
        var word = LoraBiases.None;
        var (jobs, leftOut) = (ImmutableArray.CreateBuilder<LoraBiasJob>(), ImmutableArray.CreateBuilder<TensorJob>());
        foreach (var bias in biases)
        {
            var module = LoraChoice.ModuleOf(bias.Name);
            var hasFactors = withFactors.Contains(module);
            if (settings.Bias?.Value == LoraBiases.OfFactors && !hasFactors && !LoraTying.HeldWhole(bias))
            {
                leftOut.Add(bias);
                continue;
            }

            word = hasFactors && word != LoraBiases.Any ? LoraBiases.OfFactors : LoraBiases.Any;
            jobs.Add(new(WrittenLora.BiasName(module, hasFactors), bias));
        }

        return new(word, jobs.ToImmutable(), leftOut.ToImmutable());
    }
}
