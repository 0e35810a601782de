using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads a stored tensor.</summary>
internal sealed class StoredElements(Stored source, ElementReaders readers) : ElementReader<Stored>(source, readers), IRunReader
{
    private readonly InputTensor file = readers.Files.Open(source.Owner, source.Tensor);
    private readonly PieceBuffers buffers = readers.Buffers;
    private readonly DType dtype = source.DType;
    private byte[] held = [];
    private long heldStart;
    private int heldLength;
    private bool isSampled;
    private bool isKept;

    /// <summary>The tensor.</summary>
    public Stored Tensor => Source;

    /// <inheritdoc/>
    public override bool IsSampled
    {
        set => isSampled = value;
    }

    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count) => [new(this, PlaceOf(start), PlaceOf(start + count) - PlaceOf(start))];

    /// <inheritdoc/>
    public void Hold(long start, long length)
    {
        if (isKept)
        {
            return;
        }

        (heldStart, heldLength) = (start, checked((int)length));
        held = held.Length < heldLength ? GC.AllocateUninitializedArray<byte>(heldLength) : held;
        file.Read(Source.Tensor.Offset + start, held.AsSpan(0, heldLength));
    }

    /// <inheritdoc/>
    public void Keep(long start, KeptBytes memory)
    {
        file.Keep(Source.Tensor.Offset + start, memory);
        isKept = true;
    }

    /// <inheritdoc/>
    public void KeepOnDisk()
    {
        // it is on a disk
    }

    /// <inheritdoc/>
    public override void ReadsInAnyOrder(long pieceLength) => file.ReadInAnyOrder(PlaceOf(pieceLength));

    /// <inheritdoc/>
    public override void Finish() => file.Finish();

    /// <inheritdoc/>
    protected override void ReadPiece(long start, int count, Span<byte> target, ElementForm form)
    {
        if (form == ElementForm.Stored || (form, dtype) is (ElementForm.Single, DType.F32) or (ElementForm.Double, DType.F64))
        {
            ReadBytes(start, target);
        }
        else if (form == ElementForm.Single)
        {
            Conversion.Widen(Bytes(start, count), dtype, MemoryMarshal.Cast<byte, float>(target));
        }
        else
        {
            var singles = buffers.Singles.AsSpan(0, count);
            ReadPiece(start, count, MemoryMarshal.AsBytes(singles), ElementForm.Single);
            Conversion.Widen(singles, MemoryMarshal.Cast<byte, double>(target));
        }
    }

    private ReadOnlySpan<byte> Bytes(long start, int count)
    {
        var bytes = buffers.Stored.AsSpan(0, count * dtype.Bits() / 8);
        if (isKept && file.Kept(Source.Tensor.Offset + PlaceOf(start), bytes.Length) is { IsEmpty: false } kept)
        {
            return kept;
        }

        ReadBytes(start, bytes);
        return bytes;
    }

    private long PlaceOf(long element) => element * dtype.Bits() / 8;

    private void ReadBytes(long start, Span<byte> target)
    {
        var place = PlaceOf(start);
        if (place >= heldStart && place + target.Length <= heldStart + heldLength)
        {
            held.AsSpan((int)(place - heldStart), target.Length).CopyTo(target);
        }
        else if (isSampled)
        {
            file.ReadSample(Source.Tensor.Offset + place, target);
        }
        else
        {
            file.Read(Source.Tensor.Offset + place, target);
        }
    }
}
