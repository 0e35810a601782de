using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// Looks before a merge at integers that it copies from one of several models: a sample of those of local models, which takes
/// milliseconds. The merge compares them all, byte for byte.
/// </summary>
internal static class CopiedIntegers
{
    /// <summary>Warns of those that differ.</summary>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public static void Check(MergePlan plan, DiagnosticBag found)
    {
        var readers = new Dictionary<int, TensorReader>();
        try
        {
            foreach (var warning in ExpectedEquals.Warnings(plan, plan.Expected.Where(expected => !expected.IsLeftOut && IsLocal(expected.First) && IsLocal(expected.Second) && Differs(expected))))
            {
                found.Add(warning);
            }
        }
        finally
        {
            foreach (var reader in readers.Values)
            {
                reader.Dispose();
            }
        }

        bool IsLocal(ModelTensor tensor) => plan.Owners[tensor.Model].Remote is null;

        bool Differs(ExpectedEqual expected) =>
            !TensorEquality.HoldsInSample(ReaderOf(expected.First).Read, InfoOf(expected.First), ReaderOf(expected.Second).Read, InfoOf(expected.Second));

        TensorInfo InfoOf(ModelTensor tensor) => plan.Owners[tensor.Model].Checkpoint.Tensors[tensor.Name];

        TensorReader ReaderOf(ModelTensor tensor)
        {
            if (!readers.TryGetValue(tensor.Model, out var reader))
            {
                readers[tensor.Model] = reader = new TensorReader(plan.Owners[tensor.Model].Checkpoint);
            }

            return reader;
        }
    }
}
