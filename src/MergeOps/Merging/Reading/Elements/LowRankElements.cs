using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>
/// Reads a tensor with an adapter applied. The right factor is held as float32, of the left one some rows at a time; each
/// element is the same fused sum over the ranks in their order, whatever the runs in which it is asked for.
/// </summary>
internal sealed class LowRankElements : ElementReader<LowRank>
{
    private readonly InputFiles files;
    private readonly long columns;
    private readonly int rank;
    private readonly RowLengths? lengths;
    private float[] panels = [];
    private float[] left = [];
    private float[] sums = [];
    private long leftRow;
    private int leftRows;
    private float scale;

    public LowRankElements(LowRank source, ElementReaders readers)
        : base(source, readers)
    {
        (files, columns, rank) = (readers.Files, source.Columns, checked((int)source.Rank));
        lengths = source.Magnitude is null ? null : new RowLengths(source, Parts[^1], Changed, Parts[0].Finish);
    }

    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count)
    {
        var (first, last) = Whole(start, count);
        return Parts[0].RunsOf(first, last - first).Concat(Parts.Skip(1).Zip(Source.Parts.Skip(1)).SelectMany(part => part.First.RunsOf(0, part.Second.ElementCount)));

        // lengths are those of whole rows, or of whole columns
        (long First, long Last) Whole(long from, long many) => lengths is null ? (from, from + many)
            : Source.IsByColumn ? (0, Source.ElementCount)
            : (from / columns * columns, Math.Min(Source.ElementCount, (from + many + columns - 1) / columns * columns));
    }

    /// <inheritdoc/>
    protected override void ReadPiece(long start, int count, Span<byte> target, ElementForm form)
    {
        if (count == 0)
        {
            return;
        }

        Load();
        if (lengths is not null)
        {
            ReadRescaled(start, target, form);
        }
        else if (form == ElementForm.Double)
        {
            Parts[0].Read(start, count, target, form);
            AddTo(start, MemoryMarshal.Cast<byte, double>(target));
        }
        else
        {
            Changed(start, MemoryMarshal.Cast<byte, float>(target));
        }

        RequireFinite(start, target, form);
    }

    private void ReadRescaled(long start, Span<byte> target, ElementForm form)
    {
        if (form == ElementForm.Single)
        {
            lengths!.Read(start, MemoryMarshal.Cast<byte, float>(target));
            return;
        }

        var doubles = MemoryMarshal.Cast<byte, double>(target);
        var singles = Sums(doubles.Length);
        lengths!.Read(start, singles);
        Conversion.Widen(singles, doubles);
    }

    // W + s · L·R of at most so many elements as are read at once
    private void Changed(long start, Span<float> target)
    {
        Parts[0].Read(start, target.Length, MemoryMarshal.AsBytes(target), ElementForm.Single);
        AddTo(start, target);
    }

    private void AddTo(long start, Span<float> target)
    {
        while (!target.IsEmpty)
        {
            var (row, column) = Math.DivRem(start, columns);
            LoadLeft(row);
            var rows = Math.Min(leftRow + leftRows - row, (column + target.Length + columns - 1) / columns);
            var part = (int)Math.Min(target.Length, (rows * columns) - column);
            RankSums.Add(left.AsSpan((int)(row - leftRow) * rank), panels, rank, columns, column, scale, target[..part]);
            target = target[part..];
            start += part;
        }
    }

    private void AddTo(long start, Span<double> target)
    {
        var changes = Sums(target.Length);
        changes.Clear();
        AddTo(start, changes);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] += changes[i];
        }
    }

    private Span<float> Sums(int count)
    {
        sums = sums.Length < count ? GC.AllocateUninitializedArray<float>(count) : sums;
        return sums.AsSpan(0, count);
    }

    private void RequireFinite(long start, ReadOnlySpan<byte> numbers, ElementForm form)
    {
        if (FiniteCheck.IndexOfNonFinite(numbers, form == ElementForm.Double ? DType.F64 : DType.F32) is >= 0 and var index)
        {
            files.NonFinite.CheckChanged(Source, start + index);
        }
    }

    private void LoadLeft(long row)
    {
        if (row >= leftRow && row < leftRow + leftRows)
        {
            return;
        }

        leftRow = row;
        leftRows = (int)Math.Min(Source.Rows - row, Math.Max(1, LowRank.LeftElements / rank));
        left = left.Length < leftRows * rank ? GC.AllocateUninitializedArray<float>(leftRows * rank) : left;
        Parts[1].Read(row * rank, (long)leftRows * rank, MemoryMarshal.AsBytes(left.AsSpan(0, leftRows * rank)), ElementForm.Single);
    }

    private void Load()
    {
        if (panels.Length > 0)
        {
            return;
        }

        var count = checked((int)columns);
        var panelCount = (count + LowRank.Panel - 1) / LowRank.Panel;
        panels = new float[checked(panelCount * LowRank.Panel * rank)];
        var row = GC.AllocateUninitializedArray<float>(count);
        for (var k = 0; k < rank; k++)
        {
            Parts[2].Read((long)k * count, count, MemoryMarshal.AsBytes(row.AsSpan()), ElementForm.Single);
            for (var panel = 0; panel < panelCount; panel++)
            {
                var first = panel * LowRank.Panel;
                row.AsSpan(first, Math.Min(LowRank.Panel, count - first)).CopyTo(panels.AsSpan(((panel * rank) + k) * LowRank.Panel));
            }
        }

        Span<float> alpha = [1];
        if (Source.Alpha is not null)
        {
            Parts[3].Read(0, 1, MemoryMarshal.AsBytes(alpha), ElementForm.Single);
        }

        scale = (float)(Source.Scale * alpha[0]);
    }
}
