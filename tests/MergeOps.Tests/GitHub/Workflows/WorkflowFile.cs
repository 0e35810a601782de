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
    /// <summary>The workflows that <c>init</c> writes, by their names.</summary>
    public static IReadOnlyDictionary<string, WorkflowFile> Templates { get; } = In(TemplatesFolder);

    /// <summary>The folder of the templates, from the repository's root.</summary>
    public const string TemplatesFolder = "src/MergeOps/GitHub/Starter/workflows";

    /// <summary>The workflows that run for this repository itself, by their names.</summary>
    public static IReadOnlyDictionary<string, WorkflowFile> Live { get; } = In(LiveFolder);

    /// <summary>The folder in which GitHub looks for workflows, from the repository's root.</summary>
    public const string LiveFolder = ".github/workflows";

    private static Dictionary<string, WorkflowFile> In(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.yml").ToDictionary(path => Path.GetFileName(path), path => Parse(File.ReadAllText(path)));

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
