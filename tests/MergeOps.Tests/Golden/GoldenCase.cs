using System.Globalization;

namespace MergeOps.Tests.Golden;

/// <summary>One row of <c>Data/Golden/cases.tsv</c>; the rules of comparison are in the README beside it.</summary>
/// <param name="Name">The case, a folder below <c>cases</c>.</param>
/// <param name="Method">The merge method.</param>
/// <param name="Tolerance">Allowed difference as a share of a tensor's largest magnitude; null for masks and statistics.</param>
/// <param name="Kind">What the tolerance column says.</param>
/// <param name="SkippedTensors">Part of the names that are not compared, or null.</param>
public sealed record GoldenCase(string Name, string Method, double? Tolerance, string Kind, string? SkippedTensors)
{
    /// <summary>Every case.</summary>
    public static IEnumerable<GoldenCase> All { get; } =
        File.ReadLines(Repository.Data("Golden", "cases.tsv")).Skip(1).Select(Parse).ToList();

    /// <summary>The recipe.</summary>
    public string Recipe => Repository.Data("Golden", "cases", Name, "recipe.yml");

    /// <summary>The expected tensors.</summary>
    public string Expected => Repository.Data("Golden", "cases", Name, "expected.safetensors");

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static GoldenCase Parse(string line)
    {
        var columns = line.Split('\t');
        var isNumber = double.TryParse(columns[4], NumberStyles.Float, CultureInfo.InvariantCulture, out var tolerance);
        return new(columns[0], columns[1], isNumber ? tolerance : null, columns[4], columns[5] == "-" ? null : columns[5]);
    }
}
