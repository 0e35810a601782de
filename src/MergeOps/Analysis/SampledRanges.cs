using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Files;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Analysis;

/// <summary>A range of a weight file.</summary>
/// <param name="Owner">Index into <see cref="Planning.MergePlan.Owners"/>.</param>
/// <param name="File">The file's path in the model's folder.</param>
/// <param name="Start">The first byte.</param>
/// <param name="Length">The number of bytes.</param>
internal sealed record FileRange(int Owner, string File, long Start, long Length);

/// <summary>Which bytes of weight files a sample reads.</summary>
internal static class SampledRanges
{
    // one request for two ranges costs less than their distance
    private const long Near = 1 << 15;

    /// <summary>The ranges, those near one another joined, in ascending order for each file.</summary>
    /// <param name="plan">What is compared; its files need their headers only.</param>
    /// <param name="sampling">The sample.</param>
    public static IReadOnlyList<FileRange> Of(AnalysisPlan plan, Sampling sampling)
    {
        using var files = new InputFiles(plan.Reads);
        var readers = new ElementReaders(files, new PieceBuffers());
        var ranges =
            from tensor in plan.Tensors
            from source in tensor.Job.Read.Select(input => input.Source).Concat(tensor.Job.TiledStatistics.Select(statistic => statistic.Source!))
            let reader = readers.Open(source)
            from run in sampling.RunsOf(tensor.Job.Name, tensor.Job.ElementCount)
            from stored in reader.RunsOf(run.Start, run.Length)
            from range in RangesOf(stored, source)
            select range;
        return [.. ranges.GroupBy(range => (range.Owner, range.File)).SelectMany(Joined)];
    }

    // the result of a stage may need all of what the stage reads
    private static IEnumerable<FileRange> RangesOf(StoredRun run, TensorSource whole) => run.Reader is StoredElements { Tensor: var source }
        ? [new(source.Owner, source.Tensor.File, source.Tensor.Offset + run.Start, run.Length)]
        : whole.Reads.Select(read => new FileRange(read.Owner, read.Tensor.File, read.Tensor.Offset, read.Tensor.ByteLength));

    private static IEnumerable<FileRange> Joined(IEnumerable<FileRange> ranges)
    {
        FileRange? open = null;
        foreach (var range in ranges.OrderBy(range => range.Start))
        {
            if (open is not null && range.Start <= open.Start + open.Length + Near)
            {
                open = open with { Length = Math.Max(open.Length, range.Start + range.Length - open.Start) };
                continue;
            }

            if (open is not null)
            {
                yield return open;
            }

            open = range;
        }

        if (open is not null)
        {
            yield return open;
        }
    }
}
