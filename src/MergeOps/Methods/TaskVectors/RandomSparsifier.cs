using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>Keeps each entry with one probability, its density (DARE).</summary>
internal sealed class RandomSparsifier(IOperators operators, RandomWords random, double density) : ISparsifier
{
    public double InverseDensity => density > 0 ? 1 / density : 1;

    public bool NeedsScan => false;

    public bool NeedsSample => false;

    /// <summary>The sparsifier of one model.</summary>
    public static ISparsifier Of(ITensorInputs inputs, int model) => RememberingSparsifier.Of(inputs, new RandomSparsifier(
        inputs.Operators,
        RandomWords.Of(inputs.Seed, inputs.TensorName, model),
        inputs.Models[model].Number("density")));

    public void Observe(torch.Tensor delta)
    {
    }

    public void EndScan()
    {
    }

    public void Rewind()
    {
    }

    public void Drop(torch.Tensor delta, long start) => operators.KeepRandomly(delta, start, random, density);
}
