using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Merging.Reading.Tiles;
using MergeOps.Merging.Writing;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>What all workers of a merge share.</summary>
internal sealed record MergeContext(
    MergePlan Plan,
    ReadingContext Reading,
    ShardLayout Layout,
    ProgressMeter Progress);

/// <summary>Makes output tensors, one after another, in one thread and with its own buffers.</summary>
internal sealed class TensorWorker(MergeContext context, TileReader reader, ShardWriter shards, CancellationToken cancellation)
{
    private const int CopyBytes = 1 << 20;

    private readonly byte[] copyBuffer = GC.AllocateUninitializedArray<byte>(CopyBytes, pinned: true);

    /// <summary>Writes one tensor.</summary>
    /// <returns>Its content digest.</returns>
    public string Make(TensorJob job) =>
        job.IsExactCopy ? Copy(job) : Merge(job);

    /// <summary>Whether a tensor's bytes are in its file already.</summary>
    public bool IsWritten(TensorJob job, string contentDigest) =>
        TensorOutput.Reread(job, shards, copyBuffer, cancellation) == contentDigest;

    private string Copy(TensorJob job)
    {
        var output = new TensorOutput(job, shards, []);
        using var readers = new ElementReaders(context.Reading.Files, reader.Workspace.Pieces);
        var elements = readers.Open(job.Inputs[0].Source);
        var step = CopyBytes * 8L / job.DType.Bits();
        foreach (var range in TileRange.Cut(job, TileLayout.Elements, step))
        {
            cancellation.ThrowIfCancellationRequested();
            var bytes = copyBuffer.AsSpan(0, (int)(range.Length * job.DType.Bits() / 8));
            elements.Read(range.Start, range.Length, bytes, ElementForm.Stored);
            output.Append(bytes);
            context.Progress.AddBytes(2L * bytes.Length);
        }

        elements.Finish();
        return output.Finish();
    }

    private string Merge(TensorJob job)
    {
        var output = new TensorOutput(job, shards, copyBuffer);
        var rounded = new TileOutput(job.DType, reader.Workspace.Pieces);
        MergedTiles.Compute(reader, job, (rows, tile) =>
            rounded.Write(tile.Start, tile.Length, tile.OutputOnHost(), rows.IsDouble, (first, bytes) => Append(job, output, first, bytes)));
        return output.Finish();
    }

    private void Append(TensorJob job, TensorOutput output, long first, ReadOnlySpan<byte> bytes)
    {
        // what came in is finite, or is allowed not to be; a buffer takes what it is given
        if (!job.AllowsNonFinite
            && FiniteCheck.IndexOfNonFinite(bytes, job.DType) is >= 0 and var index
            && context.Plan.Rules.RoleOf(job.Name, job.Inputs[0].Source.Shape) is not TensorRole.DerivedBuffer)
        {
            throw new MergeOpsException(
                Codes.NotFinite,
                $"Tensor {TerminalText.Quoted(job.Name)} at element {first + index}, made by {job.MethodName}. No input holds one: the numbers grow beyond what {job.DType} can hold. Use smaller weights or a wider out_dtype.");
        }

        output.Append(bytes);
        context.Progress.AddBytes(ProgressMeter.BytesOf(job, bytes.Length * 8L / job.DType.Bits()));
    }
}
