using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>Decides in the first pass which entries are dropped and drops the same ones in the second.</summary>
internal sealed class RememberingSparsifier(ISparsifier decides, IKeptEntries kept) : ISparsifier
{
    /// <summary>Entries of all models of a tensor together that are worth 16 MiB of memory for each worker; beyond, time is spent instead.</summary>
    private const long MostEntries = 128 << 20;

    private bool isDecided;

    public double InverseDensity => decides.InverseDensity;

    public bool NeedsScan => decides.NeedsScan;

    public bool NeedsSample => decides.NeedsSample;

    /// <summary>The sparsifier with a memory where it is asked twice and the tensor is small enough.</summary>
    public static ISparsifier Of(ITensorInputs inputs, ChoiceParameter rescale, ISparsifier decides) =>
        rescale.Of(inputs.Parameters) == Rescaling.KeepSum && inputs.ElementCount * inputs.Models.Length <= MostEntries
            ? new RememberingSparsifier(decides, inputs.Operators<IRandomMasks>().StartKeptEntries())
            : decides;

    public void Observe(torch.Tensor delta) => decides.Observe(delta);

    public void EndScan() => decides.EndScan();

    public void Rewind()
    {
        isDecided = true;
        decides.Rewind();
    }

    public void Drop(torch.Tensor delta, long start)
    {
        if (isDecided)
        {
            kept.Drop(delta);
            return;
        }

        decides.Drop(delta, start);
        kept.Note(delta);
    }
}
