using MergeOps.Analysis.Sums;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Files;
using MergeOps.Tensors;

namespace MergeOps.Analysis.Audits;

/// <summary>Reads a sample of an audited model and of the candidates for its parents.</summary>
/// <param name="sampling">What is read.</param>
/// <param name="files">The weight files.</param>
/// <param name="tensors">How many tensors are read.</param>
internal sealed class AuditPass(Sampling sampling, InputFiles files, int tensors)
{
    // of all tensors together so many that they stay in memory
    private readonly int entriesOfTensor = Math.Clamp(262_144 / Math.Max(1, tensors), 8, 256);

    /// <summary>Reads what is to be read of a tensor.</summary>
    public AuditedTensor Read(TileReader reader, AnalyzedTensor tensor)
    {
        var readers = new ElementReaders(files, reader.Workspace.Pieces);
        var first = readers.Open(tensor.Job.Base!.Source);
        ElementReader[] others = [.. tensor.Inputs.Select(index => readers.Open(tensor.Job.Inputs[index].Source))];
        var sums = new VectorSums(others.Length);
        var equal = new double[others.Length];
        DType? dtype = null;
        var noise = 0.0;
        List<(long Start, int Length)> runs = [.. sampling.RunsOf(tensor.Job.Name, tensor.Job.ElementCount)];
        var entries = new AuditedEntries(runs.Sum(run => (long)run.Length), entriesOfTensor);
        foreach (var (start, length) in runs)
        {
            var origin = RunSums.Values(first, start, length);
            var vectors = Array.ConvertAll(others, other => RunSums.Values(other, start, length));
            var rounded = dtype ??= Rounding.TypeOf(vectors[0], tensor.Job.Inputs[tensor.Inputs[0]].Source.DType);
            noise += Array.ConvertAll(vectors[0], value => Rounding.SquareOf(value, rounded)).Sum();
            for (var candidate = 0; candidate < equal.Length; candidate++)
            {
                equal[candidate] += Equal(vectors[0], candidate == 0 ? origin : vectors[candidate], rounded);
            }

            entries.Add(origin, vectors, value => Rounding.UnitOf(value, rounded));
            RunSums.Add(sums, origin, vectors);
        }

        return new(tensor, sums, noise, equal, entries);
    }

    private static int Equal(double[] audited, double[] candidate, DType dtype)
    {
        var equal = 0;
        for (var i = 0; i < audited.Length; i++)
        {
            equal += Rounding.Round(candidate[i], dtype) == audited[i] ? 1 : 0;
        }

        return equal;
    }
}
