using MergeOps.Diagnostics;

namespace MergeOps.Http;

/// <summary>A failure that may pass by itself.</summary>
/// <param name="failure">What the user sees when it does not.</param>
/// <param name="wait">How long the server asked to wait, or null.</param>
internal sealed class TransientFailure(MergeOpsException failure, TimeSpan? wait) : Exception(failure.Message, failure)
{
    /// <summary>What the user sees when it does not pass.</summary>
    public MergeOpsException Failure { get; } = failure;

    /// <summary>How long the server asked to wait, or null.</summary>
    public TimeSpan? Wait { get; } = wait;
}
