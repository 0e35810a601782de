using System.Collections.Frozen;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics.Secrets;

namespace MergeOps.Pipeline.Commands;

/// <summary>
/// What a command of the settings may know of this process' environment: everything but secrets, and but the files through which
/// a step of a workflow sets what later steps see.
/// </summary>
internal static partial class ChildEnvironment
{
    private const string OfRunner = "ACTIONS_";

    // words of names that speak of secrets to tools that run commands; the program itself keeps none under them
    private static readonly FrozenSet<string> Words = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "AUTH", "COOKIE", "JWT", "PASS", "PASSCODE", "PASSPHRASE", "PIN", "PUK", "PW", "SOPIN", "USERPIN");

    private static readonly FrozenSet<string> StepFiles = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY", "SSH_AUTH_SOCK");

    // what Hugging Face's libraries keep in HF_HOME beside the token, each with the variable that names another place for it
    private static readonly FrozenDictionary<string, string> Caches = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["HF_HUB_CACHE"] = "hub",
        ["HF_XET_CACHE"] = "xet",
        ["HF_ASSETS_CACHE"] = "assets",
        ["HF_DATASETS_CACHE"] = "datasets",
        ["HF_EVALUATE_CACHE"] = "evaluate",
        ["HF_METRICS_CACHE"] = "metrics",
        ["HF_MODULES_CACHE"] = "modules",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Takes out what the child must not see, and gives it a folder of Hugging Face without a stored token; the caches stay where they are.</summary>
    /// <param name="environment">The child's environment.</param>
    /// <param name="home">The user's own folder of Hugging Face's tools.</param>
    /// <param name="emptyHome">The child's, an empty folder.</param>
    public static void Restrict(IDictionary<string, string?> environment, string home, string emptyHome)
    {
        foreach (var (name, value) in environment.ToList())
        {
            if (IsWithheld(name))
            {
                environment.Remove(name);
            }
            else if (value is not null && Login().IsMatch(value))
            {
                // what a proxy is without its password may still be of use, a database is not
                environment.Remove(name);
                if (name.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase))
                {
                    environment[name] = Login().Replace(value, "://");
                }
            }
        }

        environment["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1";
        // an older name of one of them
        if (environment.TryGetValue("HUGGINGFACE_HUB_CACHE", out var older) && older is { Length: > 0 })
        {
            environment.TryAdd("HF_HUB_CACHE", older);
        }

        foreach (var (variable, folder) in Caches)
        {
            if (!environment.TryGetValue(variable, out var named) || string.IsNullOrEmpty(named))
            {
                environment[variable] = Path.Combine(home, folder);
            }
        }

        environment["HF_HOME"] = emptyHome;
    }

    /// <summary>Whether a variable stays with this process.</summary>
    public static bool IsWithheld(string name) =>
        name.StartsWith(OfRunner, StringComparison.OrdinalIgnoreCase)
        || StepFiles.Contains(name)
        || name.Split('_').Any(Words.Contains)
        || name.EndsWith("_PWD", StringComparison.OrdinalIgnoreCase)
        || SecretVariables.SpeaksOfSecret(name);

    // user:password@ of an address; a token may stand there alone
    [GeneratedRegex(@"://[^/\s]*@", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Login();
}
