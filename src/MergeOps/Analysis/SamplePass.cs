using System.Runtime.InteropServices;
using MergeOps.Analysis.Sums;
using MergeOps.Merging;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Files;

namespace MergeOps.Analysis;

/// <summary>
/// Reads a sample of the entries of an analysis' tensors. The merged tensors are left out, and nothing is trimmed: both may
/// need whole tensors.
/// </summary>
/// <param name="plan">What is compared.</param>
/// <param name="sampling">What is read.</param>
/// <param name="files">The weight files.</param>
/// <param name="progress">Hears of the bytes.</param>
internal sealed class SamplePass(AnalysisPlan plan, Sampling sampling, InputFiles files, ProgressMeter progress)
{
    /// <summary>Reads what is to be read of a tensor, and estimates its sums.</summary>
    public SampledSums Read(TileReader reader, AnalyzedTensor tensor)
    {
        var readers = new ElementReaders(files, reader.Workspace.Pieces);
        var origin = tensor.Job.Base is { } input ? readers.Open(input.Source) : null;
        ElementReader[] models = [.. tensor.Inputs.Select(index => readers.Open(tensor.Job.Inputs[index].Source))];
        var runs = sampling.RunsOf(tensor.Job.Name, tensor.Job.ElementCount).ToList();
        var isWhole = runs is [{ Start: 0 } only] && only.Length == tensor.Job.ElementCount;
        var groups = Enumerable.Range(0, isWhole ? 1 : SampledSums.GroupCount).Select(_ => new VectorSums(models.Length + 1)).ToArray();

        // small tensors would else all leave out the same groups
        var first = isWhole ? 0 : (int)(runs[0].Start % groups.Length);
        foreach (var (run, (start, length)) in runs.Index())
        {
            Add(groups[(first + run) % groups.Length], origin, models, start, length);
            progress.AddBytes(ProgressMeter.BytesOf(tensor.Job, length));
        }

        progress.AddTensor();
        return isWhole ? new SampledSums(groups[0]) : SampledSums.Estimate(groups, tensor.Job.ElementCount / (double)runs.Sum(run => (long)run.Length), models.Length + 1);
    }

    private void Add(VectorSums sums, ElementReader? origin, ElementReader[] models, long start, int length)
    {
        var bases = origin is null ? [] : Values(origin, start, length);
        var vectors = Array.ConvertAll(models, model =>
        {
            var values = Values(model, start, length);
            for (var i = 0; i < bases.Length; i++)
            {
                values[i] -= bases[i];
            }

            return values;
        });
        sums.Elements += length;
        sums.BaseSquares += SumLoops.Vector<double>(bases, []).Squares;
        for (var second = 0; second < plan.Models.Length; second++)
        {
            sums.Vectors[second] += SumLoops.Vector<double>(vectors[second], bases);
            for (var other = 0; other < second; other++)
            {
                sums.Pairs[VectorSums.IndexOf(other, second)] += SumLoops.Pair<double>(vectors[other], vectors[second]);
            }
        }
    }

    private static double[] Values(ElementReader reader, long start, int length)
    {
        var values = new double[length];
        reader.Read(start, length, MemoryMarshal.AsBytes(values.AsSpan()), ElementForm.Double);
        return values;
    }
}
