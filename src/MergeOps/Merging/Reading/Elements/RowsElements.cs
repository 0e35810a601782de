using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads rows from where a map says that they lie.</summary>
internal sealed class RowsElements : ElementReader<Rows>
{
    private readonly RowMap map;
    private readonly long width;
    private double[] sums = [];
    private double[] terms = [];

    public RowsElements(Rows source, ElementReaders readers)
        : base(source, readers)
    {
        map = source.Map;
        width = TensorSource.CountOf(source.Shape.Skip(1));
        foreach (var part in Enumerable.Range(0, Parts.Length).Where(map.IsScattered))
        {
            Parts[part].ReadsInAnyOrder(width);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count)
    {
        if (count == 0 || width == 0)
        {
            return [];
        }

        var (first, last) = (start / width, (start + count - 1) / width);
        var bounds = new (long First, long End)?[Parts.Length];
        for (var index = map.RunOf(first); index < map.Runs.Length && map.Runs[index].Start <= last; index++)
        {
            foreach (var (place, rows) in map.PlacesOf(map.Runs[index]))
            {
                var (from, to) = bounds[place.Part] ?? (long.MaxValue, 0);
                bounds[place.Part] = (Math.Min(from, place.Row), Math.Max(to, place.Row + rows));
            }
        }

        return
            from part in Enumerable.Range(0, Parts.Length)
            where bounds[part] is not null
            let rows = bounds[part]!.Value
            from stored in Parts[part].RunsOf(rows.First * width, (rows.End - rows.First) * width)
            select stored;
    }

    /// <inheritdoc/>
    protected override void ReadPiece(long start, int count, Span<byte> target, ElementForm form)
    {
        for (var index = count == 0 ? 0 : map.RunOf(start / width); count > 0; index++)
        {
            var run = map.Runs[index];
            var within = start - (run.Start * width);
            var taken = (int)Math.Min(count, (run.Count * width) - within);
            var bytes = (int)form.BytesOf(Source.DType, taken);
            Read(run, within, taken, target[..bytes], form);
            target = target[bytes..];
            start += taken;
            count -= taken;
        }
    }

    private void Read(RowRun run, long within, int count, Span<byte> target, ElementForm form)
    {
        switch (run.Part)
        {
            case RowMap.Zeros:
                target.Clear();
                break;
            case RowMap.Mean:
                ReadMean(run, within, count, target, form);
                break;
            case var part when form == ElementForm.Single && Source.Parts[part].DType == DType.F64:
                terms = terms.Length < count ? new double[count] : terms;
                Parts[part].Read((run.Row * width) + within, count, MemoryMarshal.AsBytes(terms.AsSpan(0, count)), ElementForm.Double);
                Conversion.ToNearest(terms.AsSpan(0, count), MemoryMarshal.Cast<byte, float>(target));
                break;
            case var part:
                Parts[part].Read((run.Row * width) + within, count, target, form);
                break;
        }
    }

    private void ReadMean(RowRun run, long within, int count, Span<byte> target, ElementForm form)
    {
        (sums, terms) = sums.Length < count ? (new double[count], new double[count]) : (sums, terms.Length < count ? new double[count] : terms);
        var total = sums.AsSpan(0, count);
        total.Clear();
        foreach (var place in map.Means[run.Row])
        {
            var term = terms.AsSpan(0, count);
            Parts[place.Part].Read((place.Row * width) + within, count, MemoryMarshal.AsBytes(term), ElementForm.Double);
            for (var i = 0; i < count; i++)
            {
                total[i] += term[i];
            }
        }

        for (var i = 0; i < count; i++)
        {
            total[i] /= map.Means[run.Row].Length;
        }

        if (form == ElementForm.Double)
        {
            MemoryMarshal.AsBytes(total).CopyTo(target);
        }
        else
        {
            Conversion.ToNearest(total, MemoryMarshal.Cast<byte, float>(target));
        }
    }
}
