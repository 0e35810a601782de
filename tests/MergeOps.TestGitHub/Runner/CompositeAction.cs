using YamlDotNet.RepresentationModel;

namespace MergeOps.TestGitHub.Runner;

/// <summary>What an <c>action.yml</c> says.</summary>
/// <param name="Inputs">The inputs with their defaults.</param>
/// <param name="Outputs">The outputs with their expressions.</param>
/// <param name="Steps">The steps in their order.</param>
internal sealed record CompositeAction(IReadOnlyDictionary<string, string> Inputs, IReadOnlyDictionary<string, string> Outputs, IReadOnlyList<ActionStep> Steps)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="NotSupportedException">It is not composite, or says something that this runner does not know.</exception>
    public static CompositeAction Read(string path)
    {
        var root = Yaml.Parse(File.ReadAllText(path));
        var runs = (YamlMappingNode)root["runs"];
        if (Yaml.Text(runs, "using") != "composite")
        {
            throw new NotSupportedException("an action that is not composite");
        }

        return new(
            Yaml.Children(root, "inputs").ToDictionary(input => input.Key, input => Yaml.Text((YamlMappingNode)input.Value, "default") ?? ""),
            Yaml.Children(root, "outputs").ToDictionary(output => output.Key, output => Yaml.Text((YamlMappingNode)output.Value, "value") ?? ""),
            [.. ((YamlSequenceNode)runs["steps"]).Cast<YamlMappingNode>().Select(ActionStep.Read)]);
    }
}
