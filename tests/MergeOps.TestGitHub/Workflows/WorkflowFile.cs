using MergeOps.TestGitHub.Runner;
using YamlDotNet.RepresentationModel;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>A job of a workflow.</summary>
internal sealed record WorkflowJob(string Name, YamlMappingNode Node)
{
    /// <summary>Its steps.</summary>
    public IEnumerable<YamlMappingNode> Steps => Node.Children.TryGetValue("steps", out var steps) ? ((YamlSequenceNode)steps).Cast<YamlMappingNode>() : [];

    /// <summary>What its token may do, or null when it says nothing.</summary>
    public IReadOnlyDictionary<string, string>? Permissions => WorkflowFile.Mapping(Node, "permissions");
}

/// <summary>A workflow.</summary>
/// <param name="Text">The file.</param>
/// <param name="Root">The same as a tree.</param>
internal sealed record WorkflowFile(string Text, YamlMappingNode Root)
{
    /// <summary>The events that start it.</summary>
    public IEnumerable<string> Events => Root["on"] is YamlMappingNode mapping ? mapping.Children.Keys.Select(Yaml.Scalar) : Yaml.List(Root["on"]);

    /// <summary>Its jobs.</summary>
    public IEnumerable<WorkflowJob> Jobs => ((YamlMappingNode)Root["jobs"]).Select(job => new WorkflowJob(Yaml.Scalar(job.Key), (YamlMappingNode)job.Value));

    /// <summary>What the token of its jobs may do where they say nothing, or null when it says nothing either.</summary>
    public IReadOnlyDictionary<string, string>? Permissions => Mapping(Root, "permissions");

    /// <summary>Reads a workflow.</summary>
    /// <exception cref="NotSupportedException">It is no mapping in YAML.</exception>
    public static WorkflowFile Parse(string text) => new(text, Yaml.Parse(text));

    /// <summary>The text of a key, or null.</summary>
    public static string? Find(YamlMappingNode node, string key) => Yaml.Text(node, key);

    /// <summary>The texts under a key, <c>*</c> for one text in their place, or null when the key is absent; lists and mappings among them are empty texts.</summary>
    public static IReadOnlyDictionary<string, string>? Mapping(YamlMappingNode node, string key) => Yaml.Find(node, key) switch
    {
        null => null,
        YamlMappingNode mapping => mapping.ToDictionary(pair => Yaml.Scalar(pair.Key), pair => (pair.Value as YamlScalarNode)?.Value ?? ""),
        var other => new Dictionary<string, string> { ["*"] = (other as YamlScalarNode)?.Value ?? "" },
    };
}
