using YamlDotNet.RepresentationModel;

namespace MergeOps.Tests.GitHub.Runner;

/// <summary>One step of a composite action.</summary>
internal sealed record ActionStep(string? Id, string Name, string? If, string? Uses, string? Run, string? Shell, IReadOnlyDictionary<string, string> Environment);

/// <summary>What an <c>action.yml</c> says.</summary>
/// <param name="Inputs">The inputs with their defaults.</param>
/// <param name="Outputs">The outputs with their expressions.</param>
/// <param name="Steps">The steps in their order.</param>
internal sealed record CompositeAction(IReadOnlyDictionary<string, string> Inputs, IReadOnlyDictionary<string, string> Outputs, IReadOnlyList<ActionStep> Steps)
{
    private static readonly string[] StepKeys = ["id", "name", "if", "uses", "with", "run", "shell", "env"];

    /// <summary>Reads it.</summary>
    public static CompositeAction Read(string path)
    {
        var stream = new YamlStream();
        using (var text = File.OpenText(path))
        {
            stream.Load(text);
        }

        var root = (YamlMappingNode)stream.Documents[0].RootNode;
        var runs = (YamlMappingNode)root["runs"];
        if (Text(runs, "using") != "composite")
        {
            throw new NotSupportedException("an action that is not composite");
        }

        return new(
            Children(root, "inputs").ToDictionary(input => input.Key, input => Text((YamlMappingNode)input.Value, "default") ?? ""),
            Children(root, "outputs").ToDictionary(output => output.Key, output => Text((YamlMappingNode)output.Value, "value") ?? ""),
            [.. ((YamlSequenceNode)runs["steps"]).Cast<YamlMappingNode>().Select(Step)]);
    }

    private static ActionStep Step(YamlMappingNode step)
    {
        var unknown = step.Children.Keys.Select(key => ((YamlScalarNode)key).Value).Except(StepKeys).ToList();
        return unknown.Count == 0
            ? new(
                Text(step, "id"), Text(step, "name") ?? "", Text(step, "if"), Text(step, "uses"), Text(step, "run"), Text(step, "shell"),
                Children(step, "env").ToDictionary(pair => pair.Key, pair => ((YamlScalarNode)pair.Value).Value ?? ""))
            : throw new NotSupportedException($"the key {unknown[0]} of a step");
    }

    private static IEnumerable<(string Key, YamlNode Value)> Children(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var found) ? ((YamlMappingNode)found).Select(pair => (((YamlScalarNode)pair.Key).Value!, pair.Value)) : [];

    private static string? Text(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var found) ? ((YamlScalarNode)found).Value : null;
}
