using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MergeOps.TestGitHub.Runner;

/// <summary>Trees of YAML as workflows and actions are written in.</summary>
internal static class Yaml
{
    /// <summary>The mapping that a file holds.</summary>
    /// <exception cref="NotSupportedException">It is no YAML, or holds no mapping.</exception>
    public static YamlMappingNode Parse(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException failure)
        {
            throw new NotSupportedException($"line {failure.Start.Line} is no YAML: {failure.Message}", failure);
        }

        return stream.Documents is [{ RootNode: YamlMappingNode root }] ? root : throw new NotSupportedException("a file that is not one mapping");
    }

    /// <summary>A node, or null when the key is absent.</summary>
    public static YamlNode? Find(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var found) ? found : null;

    /// <summary>The text of a key, or null.</summary>
    public static string? Text(YamlMappingNode node, string key) => (Find(node, key) as YamlScalarNode)?.Value;

    /// <summary>The keys below a key with their nodes; none when it is absent or empty.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> Children(YamlMappingNode node, string key) => Find(node, key) switch
    {
        null or YamlScalarNode { Value: null or "" } => [],
        YamlMappingNode mapping => mapping.Select(pair => (Scalar(pair.Key), pair.Value)),
        var other => throw new NotSupportedException($"{key}: {other}"),
    };

    /// <summary>The texts below a key; none when it is absent.</summary>
    public static IReadOnlyDictionary<string, string> Texts(YamlMappingNode node, string key) =>
        Children(node, key).ToDictionary(pair => pair.Key, pair => Scalar(pair.Value), StringComparer.OrdinalIgnoreCase);

    /// <summary>One text, or several.</summary>
    public static string[] List(YamlNode? node) => node switch
    {
        null => [],
        YamlSequenceNode several => [.. several.Select(Scalar)],
        _ => [Scalar(node)],
    };

    /// <summary>Refuses keys that are not known, by their name.</summary>
    public static void Refuse(YamlMappingNode node, IEnumerable<string> known, string what)
    {
        if (node.Children.Keys.Select(Scalar).Except(known, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new NotSupportedException($"the key '{unknown}' of {what}");
        }
    }

    /// <summary>A tree as expressions see it; texts are filled by <paramref name="fill"/>.</summary>
    public static object? Value(YamlNode node, Func<string, object?> fill) => node switch
    {
        YamlMappingNode mapping => mapping.ToDictionary(pair => Scalar(pair.Key), pair => Value(pair.Value, fill), StringComparer.OrdinalIgnoreCase),
        YamlSequenceNode list => list.Select(item => Value(item, fill)).ToList(),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } truth => truth.Value == "true",
        YamlScalarNode { Style: ScalarStyle.Plain } number when double.TryParse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
        _ => fill(Scalar(node)),
    };

    /// <summary>The text of a node.</summary>
    public static string Scalar(YamlNode node) => node is YamlScalarNode scalar ? scalar.Value ?? "" : throw new NotSupportedException($"a list or mapping in the place of a text, {node}");
}
