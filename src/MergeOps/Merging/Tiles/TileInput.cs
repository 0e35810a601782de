using System.Collections.Immutable;
using MergeOps.Planning;
using TorchSharp;

namespace MergeOps.Merging.Tiles;

/// <summary>One input of a job, read tile by tile in the arithmetic's type.</summary>
internal sealed class TileInput(JobInput input, ImmutableArray<long> shape, InputFiles files, Workspace workspace)
{
    private readonly StoredRuns runs = new(input.Tensor, shape);
    private readonly torch.ScalarType stored = TorchTypes.Of(input.Tensor.DType);

    /// <summary>The input.</summary>
    public JobInput Input => input;

    /// <summary>Fills a tensor of the workspace with a run of elements, piece by piece so that staging stays small.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="target">Contiguous, of the arithmetic's type, on the workspace's device.</param>
    /// <param name="piece">Elements that are staged at once.</param>
    public void Read(long start, torch.Tensor target, long piece)
    {
        var length = target.NumberOfElements;
        if (length <= piece)
        {
            Fill(start, target);
            return;
        }

        using var flat = target.view(-1);
        for (var done = 0L; done < length; done += piece)
        {
            using var part = flat.narrow(0, done, Math.Min(piece, length - done));
            Fill(start + done, part);
        }
    }

    /// <summary>Index of the first NaN or infinity of the whole tensor, or null.</summary>
    public long? FirstNonFinite(long piece)
    {
        var total = shape.Aggregate(1L, (product, dimension) => product * dimension);
        for (var start = 0L; start < total; start += piece)
        {
            var staging = workspace.Staging(stored, [Math.Min(piece, total - start)]);
            ReadBytes(start, staging);
            if (FiniteCheck.IndexOfNonFinite(staging.bytes, input.Tensor.DType) is >= 0 and var index)
            {
                return start + index;
            }
        }

        return null;
    }

    private void Fill(long start, torch.Tensor target)
    {
        if (workspace.IsCpu && target.dtype == stored)
        {
            ReadBytes(start, target);
            return;
        }

        var staging = workspace.Staging(stored, target.shape);
        ReadBytes(start, staging);
        target.copy_(staging);
    }

    private void ReadBytes(long start, torch.Tensor target)
    {
        var bytes = target.bytes;
        foreach (var (offset, count) in runs.Pieces(start, target.NumberOfElements))
        {
            files.Read(input.Model, input.Tensor, offset, bytes[..count]);
            bytes = bytes[count..];
        }
    }
}
