using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>Keeps each entry with one probability, its density (DARE).</summary>
internal sealed class RandomSparsifier(IRandomMasks masks, RandomWords random, double density) : ISparsifier
{
    public double InverseDensity => density > 0 ? 1 / density : 1;

    public bool NeedsScan => false;

    public bool NeedsSample => false;

    /// <summary>The sparsifier of one model.</summary>
    public static ISparsifier Of(ITensorInputs inputs, int model, NumberParameter density, ChoiceParameter rescale) => RememberingSparsifier.Of(inputs, rescale, new RandomSparsifier(
        inputs.Operators<IRandomMasks>(),
        RandomWords.Of(inputs.Seed, inputs.TensorName, model),
        density.Of(inputs.Models[model])));

    public void Observe(torch.Tensor delta)
    {
    }

    public void EndScan()
    {
    }

    public void Rewind()
    {
    }

    public void Drop(torch.Tensor delta, long start) => masks.KeepRandomly(delta, start, random, density);
}
