using System.Text.RegularExpressions;
using MergeOps.TestGitHub.Events;
using MergeOps.TestGitHub.Runner;
using YamlDotNet.RepresentationModel;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>Whether an event starts a workflow.</summary>
internal static class Triggers
{
    private static readonly string[] Filters = ["types", "branches", "branches-ignore", "paths", "paths-ignore", "workflows", "inputs", "tags", "tags-ignore"];
    private static readonly string[] DefaultPullTypes = ["opened", "synchronize", "reopened"];

    /// <summary>Whether it does.</summary>
    /// <exception cref="NotSupportedException">The workflow filters by something that is not known here.</exception>
    public static bool Starts(WorkflowFile workflow, GitHubEvent happened)
    {
        if (!workflow.Events.Contains(happened.Name))
        {
            return false;
        }

        var on = workflow.Root["on"] is YamlMappingNode all && Yaml.Find(all, happened.Name) is YamlMappingNode filters ? filters : new YamlMappingNode();
        Yaml.Refuse(on, Filters, $"the event {happened.Name}");
        var types = Yaml.Find(on, "types") is { } listed ? Yaml.List(listed) : happened.Name == "pull_request" ? DefaultPullTypes : null;
        var branch = happened.BaseBranch ?? happened.HeadBranch;
        return (types is null || types.Contains(happened.Action))
            && Passes(on, "branches", [branch])
            && !Hits(on, "branches-ignore", [branch])
            && (happened.Name != "push" || Yaml.Find(on, "tags") is null || Yaml.Find(on, "branches") is not null)
            && (happened.ChangedPaths is not { } paths || (Passes(on, "paths", paths) && (Yaml.Find(on, "paths-ignore") is null || paths.Any(path => !Hits(on, "paths-ignore", [path])))))
            && (Yaml.Find(on, "workflows") is not { } workflows || Yaml.List(workflows).Contains((string?)happened.Payload["workflow"]?["name"]));
    }

    private static bool Passes(YamlMappingNode on, string key, IReadOnlyList<string> names) => Yaml.Find(on, key) is null || Hits(on, key, names);

    // the last pattern that a name matches decides
    private static bool Hits(YamlMappingNode on, string key, IReadOnlyList<string> names)
    {
        var patterns = Yaml.List(Yaml.Find(on, key));
        return names.Any(name => patterns.LastOrDefault(pattern => Matches(pattern.TrimStart('!'), name)) is { } last && !last.StartsWith('!'));
    }

    private static bool Matches(string pattern, string name)
    {
        if (pattern.AsSpan().IndexOfAny("?+[]") >= 0)
        {
            throw new NotSupportedException($"the pattern '{pattern}'; known are * and **");
        }

        var expression = Regex.Escape(pattern).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return Regex.IsMatch(name, $"^{expression}$", RegexOptions.NonBacktracking);
    }
}
