using MergeOps.Diagnostics;
using MergeOps.Forges;

namespace MergeOps.GitHub.Comments;

/// <summary>Shows findings beside the lines of a pull request, where the repository has code scanning.</summary>
/// <param name="scanning">Takes them.</param>
/// <param name="tell">Hears why the repository takes none.</param>
/// <param name="found">Takes what GitHub does not take.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class FindingsReporter(ICodeScanning scanning, Action<string> tell, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>Shows them; where the repository takes none, a line says so. What GitHub does not take is a warning.</summary>
    /// <param name="number">The pull request.</param>
    /// <param name="commit">Its trial merge, whose lines they are.</param>
    /// <param name="sarif">The findings as SARIF.</param>
    public async Task ShowAsync(int number, string commit, string sarif)
    {
        try
        {
            if (await scanning.TryShowFindingsAsync(number, commit, sarif, cancellation) is { } refusal)
            {
                tell($"Findings are not shown by code scanning: {refusal}");
            }
        }
        catch (MergeOpsException failure) when (failure.Diagnostic.Code.Kind == FailureKind.Environment)
        {
            found.Warning(Codes.NotPosted, $"It did not accept the findings: {failure.Diagnostic.Detail}");
        }
    }
}
