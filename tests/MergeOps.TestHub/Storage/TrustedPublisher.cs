namespace MergeOps.TestHub.Storage;

/// <summary>A workflow whose OIDC token is exchanged for a short token.</summary>
/// <param name="Resource">The repository, <c>owner/name</c>.</param>
/// <param name="Claims">What the OIDC token must say, for example <c>repository</c> and <c>workflow_ref</c>.</param>
internal sealed record TrustedPublisher(string Resource, IReadOnlyDictionary<string, string> Claims);
