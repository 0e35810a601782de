using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Events;

/// <summary>
/// What a step of a workflow hands to the next ones, through the file that <c>GITHUB_OUTPUT</c> names; nothing outside a
/// workflow. A value is written between lines of random letters, so that no value can end itself and set another output.
/// </summary>
/// <param name="environment">Names the file.</param>
internal sealed class WorkflowOutputs(HostEnvironment environment)
{
    /// <summary>Whether any plan differs from that of the base branch: <c>true</c> or <c>false</c>.</summary>
    public const string Changes = "changes";

    /// <summary>The plan's digest; with several recipes the digest over theirs.</summary>
    public const string PlanHash = "plan-hash";

    /// <summary>Where the plan lies as JSON.</summary>
    public const string PlanPath = "plan-path";

    /// <summary>Where the summary lies as Markdown.</summary>
    public const string SummaryPath = "summary-path";

    /// <summary>The JSON of a matrix that gives each recipe a job.</summary>
    public const string Matrix = "matrix";

    /// <summary>The commit of the published model on the Hub.</summary>
    public const string Revision = "revision";

    /// <summary>The published version, without <c>v</c>.</summary>
    public const string Version = "version";

    /// <summary>The address, or the folder, of the published model.</summary>
    public const string ModelUrl = "model-url";

    /// <summary>Whether the stages of each recipe have machines of their own: <c>true</c> or <c>false</c>.</summary>
    public const string Staged = "staged";

    /// <summary>The digest of what this stage hands to the next one's machine.</summary>
    public const string Handover = "handover";

    /// <summary>In one word why the step failed.</summary>
    public const string FailureReason = "failure-reason";

    private const int DelimiterLength = 32;

    /// <summary>Sets an output; a later value of the same name wins.</summary>
    /// <exception cref="MergeOpsException">The runner's file cannot be written.</exception>
    public void Set(string name, string value)
    {
        if (environment["GITHUB_OUTPUT"] is not { } path)
        {
            return;
        }

        var delimiter = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", DelimiterLength);
        if (value.Contains(delimiter, StringComparison.Ordinal))
        {
            throw new MergeOpsException(Codes.OutputNotUsable, $"'{name}' contains its own end marker.");
        }

        try
        {
            File.AppendAllText(path, $"{name}<<{delimiter}\n{SecretText.Redact(value)}\n{delimiter}\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MergeOpsException(Codes.OutputUnwritable, failure.Message, SourceSpan.File(path), failure);
        }
    }
}
