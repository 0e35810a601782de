namespace MergeOps.TestGitHub.Storage;

/// <summary>Findings that code scanning took.</summary>
/// <param name="Sha">The commit that they are about.</param>
/// <param name="Reference">Where it is.</param>
/// <param name="Sarif">They, as SARIF.</param>
internal sealed record StoredFindings(string Sha, string Reference, string Sarif);
