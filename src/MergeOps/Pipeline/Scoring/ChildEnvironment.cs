using System.Collections.Frozen;
using MergeOps.Diagnostics.Secrets;

namespace MergeOps.Pipeline.Scoring;

/// <summary>
/// What a scoring command may know of this process' environment: everything but secrets, and but the files through which
/// a step of a workflow sets what later steps see.
/// </summary>
internal static class ChildEnvironment
{
    private const string OfRunner = "ACTIONS_";

    private static readonly FrozenSet<string> StepFiles = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY", "SSH_AUTH_SOCK");

    /// <summary>Takes out what the child must not see, and tells Hugging Face's library not to look for a stored token.</summary>
    public static void Restrict(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(IsWithheld).ToList())
        {
            environment.Remove(name);
        }

        environment["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1";
    }

    /// <summary>Whether a variable stays with this process.</summary>
    public static bool IsWithheld(string name) =>
        name.StartsWith(OfRunner, StringComparison.OrdinalIgnoreCase)
        || StepFiles.Contains(name)
        || SecretVariables.SpeaksOfSecret(name);
}
