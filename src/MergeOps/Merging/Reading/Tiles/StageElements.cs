using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>
/// Reads what a stage makes: computes it tile by tile in ascending order, as methods want it, and rounds it to the number type
/// that its file would have. Whoever reads it more than once, or in another order, has it kept: in memory, else in a file that
/// is gone afterwards. So it is where several read it, and one of them is behind the others.
/// </summary>
internal sealed unsafe class StageElements : ElementReader<StageResult>, IRunReader
{
    private readonly ElementReaders within;
    private readonly DType dtype;
    private StagePass[]? passes;
    private byte[] held = [];
    private long heldStart;
    private long heldLength;
    private StageStore? store;
    private bool isShared;
    private bool isBegun;

    public StageElements(StageResult source, ElementReaders readers)
        : this(source, readers, readers.Within())
    {
    }

    private StageElements(StageResult source, ElementReaders readers, ElementReaders within)
        : base(source, within) => (this.within, dtype) = (within, source.DType);

    /// <inheritdoc/>
    public override bool IsSampled
    {
        set
        {
            // a sample is computed like the rest
            if (Source.IsAsStored)
            {
                base.IsSampled = value;
            }
        }
    }

    private StagePass[] Passes => passes ??= [.. MakePasses()];

    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count) =>
        Source.IsAsStored ? Parts[0].RunsOf(start, count) : [new(this, BytesOf(start), BytesOf(start + count) - BytesOf(start))];

    /// <inheritdoc/>
    public void Hold(long start, long length)
    {
        KeepForThoseBehind(start);
        if (store is not null)
        {
            return;
        }

        (heldStart, heldLength) = (start, 0);
        held = held.Length < length ? GC.AllocateUninitializedArray<byte>(checked((int)length)) : held;
        Compute(start, length, (at, bytes) => bytes.CopyTo(held.AsSpan((int)(at - start))));
        heldLength = length;
    }

    /// <inheritdoc/>
    public void Keep(long start, KeptBytes memory)
    {
        if (!isShared)
        {
            store = new(memory, start);
        }
        else if (store is null && memory.Length == BytesOf(Source.ElementCount))
        {
            store = new(memory, start);
        }
        else
        {
            // the others read more than is kept here
            KeepWhole();
        }
    }

    /// <inheritdoc/>
    public void KeepOnDisk()
    {
        if (store is null && within.Files.Scratch is { } folder)
        {
            store = new(within.Own(new ScratchFile(folder)), BytesOf(Source.ElementCount));
        }
    }

    /// <inheritdoc/>
    public override void ReadsInAnyOrder(long pieceLength)
    {
        if (Source.IsAsStored)
        {
            Parts[0].ReadsInAnyOrder(pieceLength);
        }
        else
        {
            KeepOnDisk();
        }
    }

    /// <inheritdoc/>
    public override void Share() => isShared = true;

    /// <inheritdoc/>
    public override void Finish()
    {
        if (store is not null)
        {
            Fill(store, store.End);
        }
        else if (isBegun || Source.IsAsStored)
        {
            isBegun = false;
            base.Finish();
        }
    }

    /// <inheritdoc/>
    protected override void ReadPiece(long start, int count, Span<byte> target, ElementForm form)
    {
        if (Source.IsAsStored)
        {
            Parts[0].Read(start, count, target, form);
            return;
        }

        // a span cannot be carried into the function that takes the bytes
        fixed (byte* address = target)
        {
            var (place, size) = ((nint)address, (int)form.BytesOf(dtype, 1));
            Read(BytesOf(start), BytesOf(count), (at, bytes) => within.Buffers.Convert(bytes, dtype, new((byte*)place + ((ElementsOf(at) - start) * size), (int)ElementsOf(bytes.Length) * size), form));
        }
    }

    private void KeepForThoseBehind(long start)
    {
        if (isShared && Passes.Any(pass => pass.IsPast(start)))
        {
            KeepWhole();
        }
    }

    private void KeepWhole()
    {
        if (store is null && within.Arithmetic.Memory.TryKeep([BytesOf(Source.ElementCount)]) is { } memory)
        {
            store = new(within.Own(memory).Inputs[0], 0);
        }

        KeepOnDisk();
    }

    private void Read(long start, long length, ByteSink sink)
    {
        if (store is null && !IsHeld(start, length))
        {
            KeepForThoseBehind(start);
        }

        if (store is not null)
        {
            Fill(store, start + length);
            store.Read(start, length, sink);
        }
        else if (IsHeld(start, length))
        {
            sink(start, held.AsSpan((int)(start - heldStart), (int)length));
        }
        else
        {
            Compute(start, length, sink);
        }
    }

    private bool IsHeld(long start, long length) => start >= heldStart && start + length <= heldStart + heldLength;

    private void Fill(StageStore to, long end)
    {
        if (to.Filled >= end)
        {
            return;
        }

        // whole tiles, so that none is computed twice
        var last = Math.Min(to.End, EndOfTile(end - 1));
        Compute(to.Filled, last - to.Filled, to.Append);
        if (to.Filled == to.End)
        {
            base.Finish();
        }
    }

    private long EndOfTile(long place) => Passes.First(pass => place < pass.End).EndOfTile(place);

    private void Compute(long start, long length, ByteSink sink)
    {
        isBegun = true;
        foreach (var pass in Passes)
        {
            var (first, last) = (Math.Max(start, pass.Start), Math.Min(start + length, pass.End));
            if (first < last)
            {
                pass.Read(first, last - first, sink);
            }
        }
    }

    private IEnumerable<StagePass> MakePasses()
    {
        var (start, part) = (0L, 0);
        foreach (var job in Source.Job.Passes)
        {
            var count = job.Inputs.Length + (job.Base is null ? 0 : 1);
            yield return new StagePass(Source, job, [.. Parts[part..(part + count)]], start, within);
            (start, part) = (start + (job.ElementCount * dtype.Bits() / 8), part + count);
        }
    }

    private long BytesOf(long elements) => elements * dtype.Bits() / 8;

    private long ElementsOf(long bytes) => bytes * 8 / dtype.Bits();
}
