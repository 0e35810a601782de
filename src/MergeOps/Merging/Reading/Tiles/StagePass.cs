using System.Collections.Immutable;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>Takes bytes of a result from a place on; they are valid during the call.</summary>
internal delegate void ByteSink(long place, ReadOnlySpan<byte> bytes);

/// <summary>The rows of a result that are made alike; computes a tile of them and remembers it.</summary>
/// <param name="whole">The result.</param>
/// <param name="job">What makes the rows.</param>
/// <param name="inputs">Reads the job's inputs, then its base where there is one.</param>
/// <param name="start">The rows' first byte in the result.</param>
/// <param name="readers">What the tiles are made with.</param>
internal sealed class StagePass(StageResult whole, TensorJob job, ImmutableArray<ElementReader> inputs, long start, ElementReaders readers)
{
    private readonly long unit = job.Layout switch { TileLayout.Whole => Math.Max(1, job.ElementCount), TileLayout.Rows => Math.Max(1, job.RowLength), _ => 1 };
    private readonly int size = job.DType.Bits() / 8;
    private JobTiles? tiles;
    private TileFunction? function;
    private TileOutput? rounded;
    private byte[] tile = [];
    private long tileStart;
    private long tileLength;

    /// <summary>The rows' first byte in the result.</summary>
    public long Start => start;

    /// <summary>The byte behind their last one.</summary>
    public long End => start + (job.ElementCount * size);

    // elements of a tile
    private long Step => unit * Math.Max(1, StageResult.TileElements / unit);

    /// <summary>The byte behind the tile in which a place lies.</summary>
    public long EndOfTile(long place) => Math.Min(End, start + ((((place - start) / size / Step) + 1) * Step * size));

    /// <summary>Whether a place of these rows lies before the tile that was computed last.</summary>
    public bool IsPast(long place) => function is not null && place >= start && place < start + (tileStart * size);

    /// <summary>Gives a run of bytes, tile by tile; runs that ascend compute no tile twice.</summary>
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
