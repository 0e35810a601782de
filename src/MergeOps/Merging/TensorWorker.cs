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
internal sealed record MergeContext(MergePlan Plan, ReadingContext Reading, ProgressMeter Progress)
{
    /// <summary>Machines of one class give the same bytes.</summary>
    public string NumericClass => Reading.Device.NumericClassOf(Plan.DecomposesMatrices);
}

/// <summary>Makes output tensors, one after another, in one thread and with its own buffers.</summary>
internal sealed class TensorWorker(MergeContext context, TileReader reader, CancellationToken cancellation)
{
    private const int CopyBytes = 1 << 20;

    /// <summary>Memory for bytes on their way; between tensors it is anybody's.</summary>
    public byte[] Buffer { get; } = GC.AllocateUninitializedArray<byte>(CopyBytes, pinned: true);

    /// <summary>Makes one tensor.</summary>
    /// <returns>Its content digest.</returns>
    public string Make(TensorJob job, TensorSink output) => Make([job], [output])[0];

    /// <summary>Makes variants of one tensor, which read the same and differ in their parameters alone: each piece of the inputs is read once for all of them.</summary>
    /// <param name="jobs">The variants.</param>
    /// <param name="outputs">Where each goes.</param>
    /// <returns>Their content digests.</returns>
    public string[] Make(IReadOnlyList<TensorJob> jobs, IReadOnlyList<TensorSink> outputs)
    {
        if (jobs is [{ IsExactCopy: true } copy])
        {
            Copy(copy, outputs[0]);
        }
        else
        {
            Merge(jobs, outputs);
        }

        return [.. outputs.Select(output => output.Finish())];
    }

    private void Copy(TensorJob job, TensorSink output)
    {
        using var readers = new ElementReaders(context.Reading.Files, reader.Workspace.Pieces);
        var elements = readers.Open(job.Inputs[0].Source);
        var step = CopyBytes * 8L / job.DType.Bits();
        foreach (var range in TileRange.Cut(job, TileLayout.Elements, step))
        {
            cancellation.ThrowIfCancellationRequested();
            var bytes = Buffer.AsSpan(0, (int)(range.Length * job.DType.Bits() / 8));
            elements.Read(range.Start, range.Length, bytes, ElementForm.Stored);
            output.Append(bytes);
            context.Progress.AddBytes(2L * bytes.Length);
        }

        elements.Finish();
    }

    private void Merge(IReadOnlyList<TensorJob> jobs, IReadOnlyList<TensorSink> outputs)
    {
        var rounded = new TileOutput(jobs[0].DType, reader.Workspace.Pieces);
        MergedTiles.Compute(reader, jobs, (index, rows, tile) =>
            rounded.Write(tile.Start, tile.Length, tile.OutputOnHost(), rows.IsDouble, (first, bytes) => Append(jobs[index], outputs[index], first, bytes)));
    }

    private void Append(TensorJob job, TensorSink output, long first, ReadOnlySpan<byte> bytes)
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
