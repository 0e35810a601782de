using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Search;

/// <summary>A searched entry of a recipe with the numbers that were chosen for it: one, or several over the layers.</summary>
internal sealed record ChosenEntry(string Parameter, string? Model, string? Filter, ImmutableArray<double> Values);

/// <summary>A score on test items, which were looked at once, after the numbers had been chosen.</summary>
internal sealed record TestScore(string Metric, double Score, Interval? Interval);

/// <summary>
/// What a search chose, with the scores that chose it: <c>NAME.chosen.yml</c> beside the recipe. YAML laid out so that a diff is
/// easy to read; what is written is canonical, one spelling for one content.
/// </summary>
internal sealed record ChosenValues
{
    /// <summary>The version that is written; every one from 1 on is read.</summary>
    public const int Version = 1;

    private const string Heading = "# Written by 'mergeops search'; commit it with the recipe.";
    private const string Larger = "max";
    private const string Smaller = "min";

    /// <summary>The chosen numbers, in the order of the recipe's entries.</summary>
    public required ImmutableArray<ChosenEntry> Entries { get; init; }

    /// <summary>What they were chosen from.</summary>
    public required ChosenFrom From { get; init; }

    /// <summary>The seed of the search.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Every point with its score.</summary>
    public required SearchCurve Curve { get; init; }

    /// <summary>The digest of the plan of each point.</summary>
    public required ImmutableArray<string> Plans { get; init; }

    /// <summary>The chosen point on the test items; null where these do not measure the objective.</summary>
    public TestScore? Test { get; init; }

    /// <summary>The numbers in the order of the space's dimensions.</summary>
    public ImmutableArray<double> Values => [.. Entries.SelectMany(entry => entry.Values)];

    /// <summary>SHA-256 of the text, lower-case hex.</summary>
    public string Digest => TextDigest.Of(Write());

    /// <summary>The file's text.</summary>
    public string Write()
    {
        var text = new StringBuilder().Append(Heading).Append('\n').Append(CultureInfo.InvariantCulture, $"version: {Version}\nvalues:\n");
        foreach (var entry in Entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - parameter: {Quoted(entry.Parameter)}\n");
            Append(text, "    model", entry.Model);
            Append(text, "    filter", entry.Filter);
            text.Append(CultureInfo.InvariantCulture, $"    value: {(entry.Values is [var only] ? Number(only) : Numbers(entry.Values))}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"from:\n  models: {From.Models}\n  recipe: {From.Recipe}\n  space: {From.Space}\n  data: {From.Data}\n")
            .Append(CultureInfo.InvariantCulture, $"searcher: {Quoted(Curve.Searcher)}\nseed: {Seed}\nobjective: {Quoted(Curve.Objective)}\n")
            .Append(CultureInfo.InvariantCulture, $"goal: {(Curve.LargerIsBetter ? Larger : Smaller)}\nshare: {(Curve.IsShare ? "true" : "false")}\n");
        if (Test is { } test)
        {
            text.Append(CultureInfo.InvariantCulture, $"test:\n  metric: {Quoted(test.Metric)}\n  score: {Number(test.Score)}\n");
            Append(text, "  ", test.Interval);
        }

        text.Append(CultureInfo.InvariantCulture, $"parameters:\n{string.Concat(Curve.Parameters.Select(name => $"  - {Quoted(name)}\n"))}chosen: {Curve.Chosen}\npoints:\n");
        foreach (var (point, plan) in Curve.Points.Zip(Plans))
        {
            text.Append(CultureInfo.InvariantCulture, $"  - values: {Numbers(point.Values)}\n");
            if (point.Score is { } score)
            {
                text.Append(CultureInfo.InvariantCulture, $"    score: {Number(score)}\n");
                Append(text, "    ", point.Interval);
            }

            text.Append(CultureInfo.InvariantCulture, $"    plan: {plan}\n");
        }

        return text.ToString();
    }

    /// <summary>Reads a file of any version.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <exception cref="MergeOpsException">The text is no such file, or of a newer version.</exception>
    public static ChosenValues Read(string path, string text)
    {
        var source = new SourceText(path, text);
        if (ConflictMarker.Find(source) is { } marker)
        {
            throw new MergeOpsException(Codes.ChosenUnreadable, "There is an unresolved git conflict in it. Choose one of the two sides, or run `mergeops search` again.", marker);
        }

        var found = new DiagnosticBag();
        var reader = new ChosenReader(source);
        return YamlTreeReader.Read(source, found) is { } root
            ? reader.Read(root)
            : throw reader.Refused("it is not YAML as `mergeops search` writes it", null);
    }

    /// <summary>Whether a goal is that of large scores; null when it is no goal.</summary>
    public static bool? IsLarger(string goal) => goal switch { Larger => true, Smaller => false, _ => null };

    private static void Append(StringBuilder text, string key, string? value)
    {
        if (value is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"{key}: {Quoted(value)}\n");
        }
    }

    private static void Append(StringBuilder text, string indent, Interval? interval)
    {
        if (interval is { } around)
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}interval: {Numbers([around.Lower, around.Upper])}\n");
        }
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Numbers(ImmutableArray<double> numbers) => $"[{string.Join(", ", numbers.Select(Number))}]";
}
