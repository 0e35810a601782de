namespace MergeOps.Planning.Costs;

/// <summary>What carrying out a plan takes, whatever the machine.</summary>
/// <param name="BytesMoved">Bytes of inputs that are read, each pass counted, and of tensors that are written; a tensor that an earlier merge has is read and written.</param>
/// <param name="Arithmetic">Bytes of inputs and outputs of the tensors that are made, each as many times as their method takes longer over them than <c>linear</c>.</param>
internal readonly record struct MergeCost(long BytesMoved, double Arithmetic)
{
    // a copy is hashed, and neither converted nor rounded
    private const double OfCopies = 0.5;

    /// <summary>Adds up a plan.</summary>
    public static MergeCost Of(MergePlan plan)
    {
        var (made, arithmetic) = (0L, 0.0);
        foreach (var job in plan.Made)
        {
            made += job.ByteLength;
            arithmetic += (job.Method?.RelativeCost ?? OfCopies) * (job.ByteLength + job.Reads.Sum(stored => stored.Tensor.ByteLength));
        }

        var copied = plan.Jobs.Sum(job => job.ByteLength) - made;
        return new(PlanEstimate.BytesReadBy(plan) + made + (2 * copied), arithmetic + (OfCopies * 2 * copied));
    }
}
