using System.Collections;
using MergeOps.TestGitHub.Runner;
using YamlDotNet.RepresentationModel;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>The jobs that a <c>strategy</c> makes of one.</summary>
internal static class Matrix
{
    private static readonly string[] Keys = ["matrix", "fail-fast", "max-parallel"];

    /// <summary>The values of each job: one without any where there is no matrix.</summary>
    /// <exception cref="NotSupportedException">The matrix is written in a way that is not known here.</exception>
    public static IReadOnlyList<Dictionary<string, object?>> Of(YamlMappingNode job, Expression expression)
    {
        if (Yaml.Find(job, "strategy") is not YamlMappingNode strategy)
        {
            return [new(StringComparer.OrdinalIgnoreCase)];
        }

        Yaml.Refuse(strategy, Keys, "a strategy");
        var matrix = Yaml.Find(strategy, "matrix") is { } node ? Yaml.Value(node, expression.Value) : null;
        if (matrix is not IReadOnlyDictionary<string, object?> values)
        {
            throw new NotSupportedException("a matrix that is no mapping");
        }

        if (values.ContainsKey("exclude") || (values.ContainsKey("include") && values.Count > 1))
        {
            throw new NotSupportedException("a matrix with `exclude`, or with `include` beside other keys");
        }

        if (values.TryGetValue("include", out var listed))
        {
            return [.. List("include", listed).Select(one => new Dictionary<string, object?>((IReadOnlyDictionary<string, object?>)one!, StringComparer.OrdinalIgnoreCase))];
        }

        IEnumerable<Dictionary<string, object?>> all = [new(StringComparer.OrdinalIgnoreCase)];
        foreach (var (key, several) in values)
        {
            all = [.. all.SelectMany(one => List(key, several), (one, value) => new Dictionary<string, object?>(one, StringComparer.OrdinalIgnoreCase) { [key] = value })];
        }

        return [.. all];
    }

    /// <summary>Whether one job that fails ends its siblings.</summary>
    public static bool FailsFast(YamlMappingNode job) => Yaml.Find(job, "strategy") is not YamlMappingNode strategy || Yaml.Text(strategy, "fail-fast") != "false";

    private static IEnumerable<object?> List(string key, object? value) =>
        value is IList list ? list.Cast<object?>() : throw new NotSupportedException($"'{key}' of a matrix, which is no list");
}
