using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>
/// Reads what a stage makes: computes it tile by tile in ascending order, as methods want it, and rounds it to the number type
/// that its file would have. Whoever reads it more than once, or in another order, has it kept: in memory, else in a file that
/// is gone afterwards.
/// </summary>
internal sealed unsafe class StageElements : ElementReader<StageResult>, IRunReader
{
    private readonly ElementReaders within;
    private readonly DType dtype;
    private Pass[]? passes;
    private byte[] held = [];
    private long heldStart;
    private long heldLength;
    private KeptBytes? kept;
    private ScratchFile? scratch;
    private long keptStart;
    private long filled;

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

    private Pass[] Passes => passes ??= [.. MakePasses()];

    private bool IsKept => kept is not null || scratch is not null;

    private long KeptLength => kept?.Length ?? BytesOf(Source.ElementCount);

    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count) =>
        Source.IsAsStored ? Parts[0].RunsOf(start, count) : [new(this, BytesOf(start), BytesOf(start + count) - BytesOf(start))];

    /// <inheritdoc/>
    public void Hold(long start, long length)
    {
        if (IsKept)
        {
            return;
        }

        (heldStart, heldLength) = (start, 0);
        held = held.Length < length ? GC.AllocateUninitializedArray<byte>(checked((int)length)) : held;
        Compute(start, length, (at, bytes) => bytes.CopyTo(held.AsSpan((int)(at - start))));
        heldLength = length;
    }

    /// <inheritdoc/>
    public void Keep(long start, KeptBytes memory) => (kept, scratch, keptStart, filled) = (memory, null, start, 0);

    /// <inheritdoc/>
    public void KeepOnDisk()
    {
        if (!IsKept && within.Files.Scratch is { } folder)
        {
            scratch = within.Own(new ScratchFile(folder));
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
    public override void Finish()
    {
        if (IsKept)
        {
            FillKept(KeptLength);
        }
        else
        {
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
            Read(BytesOf(start), BytesOf(count), (at, bytes) => Convert(bytes, new((byte*)place + ((ElementsOf(at) - start) * size), (int)ElementsOf(bytes.Length) * size), form));
        }
    }

    private void Read(long start, long length, ByteSink sink)
    {
        if (IsKept)
        {
            FillKept(start - keptStart + length);
            ReadKept(start, length, sink);
        }
        else if (start >= heldStart && start + length <= heldStart + heldLength)
        {
            sink(start, held.AsSpan((int)(start - heldStart), (int)length));
        }
        else
        {
            Compute(start, length, sink);
        }
    }

    private void ReadKept(long start, long length, ByteSink sink)
    {
        if (scratch is not null)
        {
            // not the memory through which the numbers are converted
            var bytes = held = held.Length < length ? GC.AllocateUninitializedArray<byte>((int)length) : held;
            scratch.Read(start, bytes.AsSpan(0, (int)length));
            sink(start, bytes.AsSpan(0, (int)length));
            return;
        }

        for (var done = 0L; done < length;)
        {
            var run = kept!.Run(start - keptStart + done, length - done);
            sink(start + done, run);
            done += run.Length;
        }
    }

    private void FillKept(long end)
    {
        if (filled >= end)
        {
            return;
        }

        // whole tiles, so that none is computed twice
        var last = Math.Min(KeptLength, EndOfTile(keptStart + end - 1) - keptStart);
        Compute(keptStart + filled, last - filled, scratch is { } file ? file.Write : CopyToKept);
        filled = last;
        if (filled == KeptLength)
        {
            base.Finish();
        }
    }

    private void CopyToKept(long at, ReadOnlySpan<byte> bytes)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var run = kept!.Run(at - keptStart + done, bytes.Length - done);
            bytes.Slice(done, run.Length).CopyTo(run);
            done += run.Length;
        }
    }

    private long EndOfTile(long place) => Passes.First(pass => place < pass.End).EndOfTile(place);

    private void Compute(long start, long length, ByteSink sink)
    {
        foreach (var pass in Passes)
        {
            var (first, last) = (Math.Max(start, pass.Start), Math.Min(start + length, pass.End));
            if (first < last)
            {
                pass.Read(first, last - first, sink);
            }
        }
    }

    private IEnumerable<Pass> MakePasses()
    {
        var (start, part) = (0L, 0);
        foreach (var job in Source.Job.Passes)
        {
            var count = job.Inputs.Length + (job.Base is null ? 0 : 1);
            yield return new Pass(Source, job, [.. Parts[part..(part + count)]], start, within);
            (start, part) = (start + (job.ElementCount * dtype.Bits() / 8), part + count);
        }
    }

    /// <summary>Takes the bytes from a place of the result on; they are valid during the call.</summary>
    private delegate void ByteSink(long place, ReadOnlySpan<byte> bytes);

    private long BytesOf(long elements) => elements * dtype.Bits() / 8;

    private long ElementsOf(long bytes) => bytes * 8 / dtype.Bits();

    private void Convert(ReadOnlySpan<byte> bytes, Span<byte> target, ElementForm form)
    {
        if (form == ElementForm.Stored || (form, dtype) is (ElementForm.Single, DType.F32) or (ElementForm.Double, DType.F64))
        {
            bytes.CopyTo(target);
        }
        else if (form == ElementForm.Single)
        {
            Conversion.Widen(bytes, dtype, MemoryMarshal.Cast<byte, float>(target));
        }
        else
        {
            var singles = within.Buffers.Singles.AsSpan(0, (int)ElementsOf(bytes.Length));
            if (dtype == DType.F32)
            {
                bytes.CopyTo(MemoryMarshal.AsBytes(singles));
            }
            else
            {
                Conversion.Widen(bytes, dtype, singles);
            }

            Conversion.Widen(singles, MemoryMarshal.Cast<byte, double>(target));
        }
    }

    /// <summary>The rows of a result that are made alike; computes a tile of them and remembers it.</summary>
    private sealed class Pass(StageResult whole, TensorJob job, ImmutableArray<ElementReader> inputs, long start, ElementReaders readers)
    {
        private readonly long unit = job.Layout switch { TileLayout.Whole => Math.Max(1, job.ElementCount), TileLayout.Rows => Math.Max(1, job.RowLength), _ => 1 };
        private readonly int size = job.DType.Bits() / 8;
        private JobTiles? tiles;
        private TileFunction? function;
        private TileOutput? rounded;
        private byte[] tile = [];
        private long tileStart;
        private long tileLength;

        public long Start => start;

        public long End => start + (job.ElementCount * size);

        // elements of a tile
        private long Step => unit * Math.Max(1, StageResult.TileElements / unit);

        public long EndOfTile(long place) => Math.Min(End, start + ((((place - start) / size / Step) + 1) * Step * size));

        public void Read(long from, long length, ByteSink sink)
        {
            for (var done = 0L; done < length;)
            {
                var first = (from + done - start) / size;
                if (first < tileStart || first >= tileStart + tileLength)
                {
                    GoTo(first);
                }

                var count = Math.Min(length - done, (tileStart + tileLength - first) * size);
                sink(from + done, tile.AsSpan((int)((first - tileStart) * size), (int)count));
                done += count;
            }
        }

        // methods take each tile once, in ascending order
        private void GoTo(long element)
        {
            if (function is null || element < tileStart)
            {
                Prepare();
                (tileStart, tileLength) = (0, 0);
            }

            while (element >= tileStart + tileLength)
            {
                Load(tileStart + tileLength);
            }
        }

        private void Load(long begin)
        {
            var end = Math.Min(job.ElementCount, begin + Step);
            (tileStart, tileLength) = (begin, 0);
            var bytes = checked((int)((end - begin) * size));
            tile = tile.Length < bytes ? GC.AllocateUninitializedArray<byte>(bytes) : tile;
            tiles!.FillOne(new TileRange(begin, end - begin, ShapeOf(end - begin)), filled =>
            {
                function!(filled);
                rounded!.Write(filled.Start, filled.Length, filled.OutputOnHost(), job.IsDouble, Take);
            });
            tileLength = end - begin;
        }

        private void Take(long at, ReadOnlySpan<byte> bytes)
        {
            if (FiniteCheck.IndexOfNonFinite(bytes, job.DType) is >= 0 and var index)
            {
                readers.Files.NonFinite.CheckMade(whole, (start / size) + at + index);
            }

            bytes.CopyTo(tile.AsSpan((int)((at - tileStart) * size)));
        }

        private void Prepare()
        {
            if (tiles is null)
            {
                var workspace = readers.Own(new Workspace(readers.Arithmetic.Device));
                rounded = new TileOutput(job.DType, workspace.Pieces);
                tiles = readers.Own(new JobTiles(job, inputs, workspace, StageResult.TileElements, readers.Arithmetic));
            }
            else
            {
                tiles.Finish();
            }

            using var temporaries = torch.NewDisposeScope();
            function = job.Method?.Prepare(tiles) ?? (filled => filled.Output.copy_(filled.Models[0]));
        }

        private long[] ShapeOf(long elements) => job.Layout switch
        {
            TileLayout.Whole => [.. job.Shape],
            TileLayout.Rows => [elements / unit, unit],
            _ => [elements],
        };
    }
}
