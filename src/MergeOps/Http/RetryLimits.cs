namespace MergeOps.Http;

/// <summary>How long a client goes on asking.</summary>
/// <param name="MostRepetitions">How often a request is sent again at most.</param>
/// <param name="LongestWait">The longest wait that a server may name; what it wants beyond that ends the request.</param>
/// <param name="Budget">The waits that servers name for all requests of a client together; null for no limit.</param>
internal sealed record RetryLimits(int MostRepetitions, TimeSpan LongestWait, TimeSpan? Budget = null);
