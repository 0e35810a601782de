using System.IO.Compression;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Forges;

namespace MergeOps.GitHub.Client;

/// <content>Findings beside lines.</content>
internal sealed partial class GitHubRepository : ICodeScanning
{
    /// <inheritdoc/>
    public async Task<string?> TryShowFindingsAsync(int pull, string trial, string sarif, CancellationToken cancellation)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(SecretText.Redact(sarif)));
        }

        var body = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["commit_sha"] = trial,
            ["ref"] = TrialOf(pull),
            ["sarif"] = Convert.ToBase64String(packed.ToArray()),
            ["tool_name"] = "mergeops",
        };
        try
        {
            await connection.CallAsync(
                new($"the findings of {Slug}@{Short(trial)}", "security-events: write"),
                github => github.Connection.Post<object>(new Uri($"repos/{Slug}/code-scanning/sarifs", UriKind.Relative), body, null, null),
                cancellation);
            return null;
        }
        catch (MergeOpsException refused) when (refused.Diagnostic.Code == Codes.GitHubRefused || refused.Diagnostic.Code == Codes.GitHubGone)
        {
            return refused.Diagnostic.Detail;
        }
    }
}
