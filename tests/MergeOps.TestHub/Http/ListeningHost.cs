namespace MergeOps.TestHub.Http;

/// <summary>Remembers with a connection which host it was made to.</summary>
internal sealed record ListeningHost(Origin Origin);
