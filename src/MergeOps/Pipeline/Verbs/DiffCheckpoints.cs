using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Compares the tensors of two models on disk, however they are sharded.</summary>
internal static class DiffCheckpoints
{
    /// <summary>Compares.</summary>
    /// <param name="first">A file or model folder.</param>
    /// <param name="second">Another one.</param>
    /// <param name="found">Takes what the headers show.</param>
    /// <param name="progress">Told of the bytes of one side.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    /// <exception cref="MergeOpsException">One is no model, or cannot be read.</exception>
    public static CheckpointDifference Run(
        string first, string second, DiagnosticBag found, Action<Work> progress, CancellationToken cancellation)
    {
        var (a, b) = (Components.Open(first, found), Components.Open(second, found));
        var total = a.Tensors.Values.Where(tensor => b.Tensors.ContainsKey(tensor.Name)).Sum(tensor => tensor.ByteLength);
        var done = 0L;
        return CheckpointDiff.Compare(a, b, bytes => progress(new Work(done += bytes, total, WorkUnit.Bytes)), cancellation);
    }
}
