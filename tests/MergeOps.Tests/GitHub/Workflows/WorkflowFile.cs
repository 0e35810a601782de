using YamlDotNet.RepresentationModel;

namespace MergeOps.Tests.GitHub.Workflows;

/// <summary>A job of a workflow.</summary>
internal sealed record WorkflowJob(string Name, YamlMappingNode Node)
{
    /// <summary>Its steps.</summary>
    public IEnumerable<YamlMappingNode> Steps => Node.Children.TryGetValue("steps", out var steps) ? ((YamlSequenceNode)steps).Cast<YamlMappingNode>() : [];

    /// <summary>What its token may do, or null when it says nothing.</summary>
    public IReadOnlyDictionary<string, string>? Permissions => WorkflowFile.Mapping(Node, "permissions");
}

/// <summary>A workflow as rules look at it.</summary>
/// <param name="Text">The file.</param>
/// <param name="Root">The same as a tree.</param>
internal sealed record WorkflowFile(string Text, YamlMappingNode Root)
{
    /// <summary>Every workflow of this repository by its name.</summary>
    public static IReadOnlyDictionary<string, WorkflowFile> OfThisRepository { get; } =
        Directory.EnumerateFiles(Path.Combine(Repository.Root, ".github", "workflows"), "*.yml").ToDictionary(path => Path.GetFileName(path), path => Parse(File.ReadAllText(path)));

    /// <summary>The events that start it.</summary>
    public IEnumerable<string> Events => Root["on"] switch
    {
        YamlScalarNode one => [one.Value!],
        YamlSequenceNode several => several.Select(Scalar),
        var mapping => ((YamlMappingNode)mapping).Children.Keys.Select(Scalar),
    };

    /// <summary>Its jobs.</summary>
    public IEnumerable<WorkflowJob> Jobs => ((YamlMappingNode)Root["jobs"]).Select(job => new WorkflowJob(Scalar(job.Key), (YamlMappingNode)job.Value));

    /// <summary>What the token of its jobs may do where they say nothing, or null when it says nothing either.</summary>
    public IReadOnlyDictionary<string, string>? Permissions => Mapping(Root, "permissions");

    /// <summary>Reads a workflow.</summary>
    public static WorkflowFile Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return new(text, (YamlMappingNode)stream.Documents[0].RootNode);
    }

    /// <summary>The text of a key, or null.</summary>
    public static string? Find(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var found) ? (found as YamlScalarNode)?.Value : null;

    /// <summary>The texts under a key, or null when it is absent.</summary>
    public static IReadOnlyDictionary<string, string>? Mapping(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var found)
            ? found is YamlMappingNode mapping ? mapping.ToDictionary(pair => Scalar(pair.Key), pair => Scalar(pair.Value)) : new Dictionary<string, string> { ["*"] = Scalar(found) }
            : null;

    private static string Scalar(YamlNode node) => (node as YamlScalarNode)?.Value ?? "";
}
