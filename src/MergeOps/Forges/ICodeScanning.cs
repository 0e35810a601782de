namespace MergeOps.Forges;

/// <summary>Findings beside the lines of a pull request.</summary>
internal interface ICodeScanning
{
    /// <summary>Shows findings, where the repository takes them.</summary>
    /// <param name="pull">The pull request.</param>
    /// <param name="trial">Its trial merge, whose lines they are.</param>
    /// <param name="sarif">They, as SARIF 2.1.0; freed of secrets before it is sent.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Null, or why the repository takes none: it has no code scanning, or this run must not write to it.</returns>
    Task<string?> TryShowFindingsAsync(int pull, string trial, string sarif, CancellationToken cancellation);
}
