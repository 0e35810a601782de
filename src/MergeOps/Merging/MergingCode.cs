using System.Collections.Immutable;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>
/// The code around the arithmetic, run once for nothing by the thread that waits for libtorch: otherwise the first bytes
/// and the last ones would wait until it is compiled.
/// </summary>
internal static class MergingCode
{
    // more than the longest vectors, and than what is hashed in one go
    private const int Numbers = 256;

    /// <summary>Runs what a plan needs.</summary>
    public static void Rehearse(MergePlan plan)
    {
        if (plan.Jobs is not [{ Inputs: [var input, ..] } job, ..])
        {
            return;
        }

        Convert(input.Source.DType, job.DType);
        var digests = ImmutableSortedDictionary<string, string>.Empty;
        _ = MergeManifest.Of(plan with { Jobs = [job] }, "", "", digests.Add(job.Name, ""), digests).Write();
    }

    private static void Convert(DType from, DType to)
    {
        var stored = new byte[Numbers * sizeof(double)];
        var numbers = new float[Numbers];
        if (from is DType.BF16 or DType.F16)
        {
            Conversion.Widen(stored.AsSpan(0, Numbers * from.Bits() / 8), from, numbers);
        }

        if (to is DType.BF16 or DType.F16)
        {
            Conversion.Narrow(numbers, to, stored.AsSpan(0, Numbers * to.Bits() / 8));
        }

        _ = FiniteCheck.IndexOfNonFinite(stored, to);
        _ = ContentDigest.Of(stored);
    }
}
