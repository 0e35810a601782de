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
/// <param name="sampling">What is read.</param>
/// <param name="files">The weight files.</param>
/// <param name="progress">Hears of the bytes.</param>
internal sealed class SamplePass(Sampling sampling, InputFiles files, ProgressMeter progress)
{
    /// <summary>Reads what is to be read of a tensor, and estimates its sums.</summary>
    public SampledSums Read(TileReader reader, AnalyzedTensor tensor)
    {
        var readers = new ElementReaders(files, reader.Workspace.Pieces);
        var origin = tensor.Job.Base is { } input ? readers.Open(input.Source) : null;
        ElementReader[] models = [.. tensor.Inputs.Select(index => readers.Open(tensor.Job.Inputs[index].Source))];
        var runs = sampling.RunsOf(tensor.Job.Name, tensor.Job.ElementCount).ToList();
        var isWhole = runs.Sum(run => (long)run.Length) == tensor.Job.ElementCount;
        var groups = Enumerable.Range(0, isWhole ? 1 : SampledSums.GroupCount).Select(_ => new VectorSums(models.Length + 1)).ToArray();

        // small tensors would else all leave out the same groups
        var first = isWhole ? 0 : (int)(runs[0].Start % groups.Length);
        foreach (var (run, (start, length)) in runs.Index())
        {
            RunSums.Add(
                groups[isWhole ? 0 : (first + run) % groups.Length],
                origin is null ? [] : RunSums.Values(origin, start, length),
                Array.ConvertAll(models, model => RunSums.Values(model, start, length)));
            progress.AddBytes(ProgressMeter.BytesOf(tensor.Job, length));
        }

        progress.AddTensor();
        return isWhole ? new SampledSums(groups[0]) : SampledSums.Estimate(groups, tensor.Job.ElementCount / (double)runs.Sum(run => (long)run.Length), models.Length + 1);
    }
}
