using System.Globalization;
using MergeOps.TestGitHub.Runner;
using YamlDotNet.RepresentationModel;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>What a called workflow is given, as it declares it.</summary>
internal static class CallInputs
{
    /// <summary>The context <c>inputs</c>.</summary>
    /// <param name="declared">What stands under <c>workflow_call</c>.</param>
    /// <param name="given">What the caller wrote.</param>
    /// <exception cref="NotSupportedException">One is missing, not declared, or of another type.</exception>
    public static Dictionary<string, object?> Of(YamlMappingNode declared, IReadOnlyDictionary<string, string> given)
    {
        var inputs = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, node) in Yaml.Children(declared, "inputs"))
        {
            var input = (YamlMappingNode)node;
            var text = given.GetValueOrDefault(name) ?? Yaml.Text(input, "default");
            if (text is null && Yaml.Text(input, "required") == "true")
            {
                throw new NotSupportedException($"a call without the input '{name}', which is required");
            }

            inputs[name] = Typed(name, Yaml.Text(input, "type") ?? "string", text);
        }

        return given.Keys.FirstOrDefault(name => !inputs.ContainsKey(name)) is { } unknown ? throw new NotSupportedException($"the input '{unknown}' of a called workflow") : inputs;
    }

    private static object? Typed(string name, string type, string? text) => (type, text) switch
    {
        ("string", _) => text ?? "",
        ("boolean", null or "false") => false,
        ("boolean", "true") => true,
        ("number", null) => 0.0,
        ("number", var written) when double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new NotSupportedException($"'{text}' as the {type} of the input '{name}'"),
    };
}
