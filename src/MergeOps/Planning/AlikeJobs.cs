namespace MergeOps.Planning;

/// <summary>Tells jobs that are sure to be described in the same words: the same method with the same values, for the same models.</summary>
internal sealed class AlikeJobs : IEqualityComparer<TensorJob>
{
    /// <summary>The only one.</summary>
    public static AlikeJobs Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(TensorJob? one, TensorJob? other) => ReferenceEquals(one, other)
        || (one is { Factor: null, Statistics.IsEmpty: true } && other is { Factor: null, Statistics.IsEmpty: true }
            && ReferenceEquals(one.Method, other.Method)
            && ReferenceEquals(one.Parameters, other.Parameters)
            && one.Reason == other.Reason
            && one.Base?.Model == other.Base?.Model
            && one.Inputs.AsSpan().SequenceEqual(other.Inputs.AsSpan(), AlikeInputs.Instance));

    /// <inheritdoc/>
    public int GetHashCode(TensorJob job) => HashCode.Combine(job.Method?.Name, job.Reason, job.Inputs.Length);

    private sealed class AlikeInputs : IEqualityComparer<JobInput>
    {
        public static AlikeInputs Instance { get; } = new();

        public bool Equals(JobInput? one, JobInput? other) => one!.Model == other!.Model && ReferenceEquals(one.Parameters, other.Parameters);

        public int GetHashCode(JobInput input) => input.Model;
    }
}
