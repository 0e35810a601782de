using MergeOps.TestGitHub.Runner;
using YamlDotNet.RepresentationModel;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>What the token of a job may do.</summary>
internal static class JobPermissions
{
    private static readonly string[] Known =
    [
        "actions", "attestations", "checks", "contents", "deployments", "discussions", "id-token", "issues", "packages", "pages", "pull-requests", "security-events", "statuses",
    ];

    // Settings, Actions, General, Workflow permissions: read
    private static readonly Dictionary<string, string> Default = new() { ["contents"] = "read", ["packages"] = "read" };

    /// <summary>As the job says, else the workflow, else the repository's setting, by the API's names.</summary>
    /// <param name="workflow">The workflow.</param>
    /// <param name="job">The job.</param>
    /// <param name="caller">What the caller of a reusable workflow may do; null for a workflow of its own.</param>
    /// <param name="isOfFork">Whether a stranger's files are looked at: nothing is more than read.</param>
    /// <exception cref="NotSupportedException">They are not written one by one, or go beyond those of the caller.</exception>
    public static Dictionary<string, string> Of(YamlMappingNode workflow, YamlMappingNode job, IReadOnlyDictionary<string, string>? caller, bool isOfFork)
    {
        var written = Yaml.Find(job, "permissions") ?? Yaml.Find(workflow, "permissions");
        var granted = written switch
        {
            null => caller is null ? Default : new Dictionary<string, string>(caller),
            YamlMappingNode mapping => mapping.ToDictionary(pair => Name(Yaml.Scalar(pair.Key)), pair => Level(Yaml.Scalar(pair.Value))),
            var all => throw new NotSupportedException($"permissions: {all}"),
        };
        if (caller is not null && granted.FirstOrDefault(one => Rank(one.Value) > Rank(caller.GetValueOrDefault(one.Key))) is { Key: { } beyond })
        {
            throw new NotSupportedException(
                $"a called job that requests '{beyond.Replace('_', '-')}: {granted[beyond]}' but is only allowed '{beyond.Replace('_', '-')}: {caller.GetValueOrDefault(beyond) ?? "none"}'");
        }

        return granted.Where(one => one.Value != "none").ToDictionary(one => one.Key, one => isOfFork ? "read" : one.Value);
    }

    private static int Rank(string? level) => level switch
    {
        "write" => 2,
        "read" => 1,
        _ => 0,
    };

    private static string Name(string written) => Known.Contains(written) ? written.Replace('-', '_') : throw new NotSupportedException($"the permission '{written}'");

    private static string Level(string written) => written is "read" or "write" or "none" ? written : throw new NotSupportedException($"the level '{written}' of a permission");
}
