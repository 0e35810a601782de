using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Search;

/// <summary>Reads the tree of a file of chosen numbers; the order of keys and the layout do not matter.</summary>
/// <param name="source">The text.</param>
internal sealed class ChosenReader(SourceText source)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="MergeOpsException">It is no such file, or of a newer version.</exception>
    public ChosenValues Read(YamlNode root)
    {
        var version = Whole(Require(root, "version"));
        if (version != ChosenValues.Version)
        {
            throw new MergeOpsException(
                Codes.ChosenUnreadable, $"{FormatVersion.Refusal((int)Math.Min(version, int.MaxValue), ChosenValues.Version)} Nothing was changed.", SpanOf(Require(root, "version")));
        }

        var from = Require(root, "from");
        var points = Items(Require(root, "points"));
        var names = Items(Require(root, "parameters")).Select(Text).ToImmutableArray();
        var chosen = Require(root, "chosen");
        var curve = new SearchCurve
        {
            Objective = Text(Require(root, "objective")),
            LargerIsBetter = ChosenValues.IsLarger(Text(Require(root, "goal"))) ?? throw Refused("'goal' is max or min", Require(root, "goal")),
            IsShare = CoreSchema.Flag((Require(root, "share") as YamlScalar)!) ?? throw Refused("'share' is true or false", Require(root, "share")),
            Searcher = Text(Require(root, "searcher")),
            Parameters = names,
            Points = [.. points.Select(point => new CurvePoint(Numbers(Require(point, "values")), Find(point, "score") is { } score ? Number(score) : null, IntervalOf(point)))],
            Chosen = Whole(chosen) is var index && index < (ulong)points.Length ? (int)index : throw Refused("it chooses a point that does not exist", chosen),
        };
        var entries = Items(Require(root, "values")).Select(Entry).ToImmutableArray();
        if (names.IsEmpty || curve.Points.Any(point => point.Values.Length != names.Length) || entries.Sum(entry => entry.Values.Length) != names.Length)
        {
            throw Refused("its points and its parameters do not match", Require(root, "points"));
        }

        if (!entries.SelectMany(entry => entry.Values).SequenceEqual(curve.Points[curve.Chosen].Values))
        {
            throw Refused("its values are not those of the point that it chose", Require(root, "values"));
        }

        return new ChosenValues
        {
            Entries = entries,
            From = new(Text(Require(from, "models")), Text(Require(from, "recipe")), Text(Require(from, "space")), Text(Require(from, "data"))),
            Seed = Whole(Require(root, "seed")),
            Curve = curve,
            Plans = [.. points.Select(point => Text(Require(point, "plan")))],
            Test = Find(root, "test") is { } test ? new(Text(Require(test, "metric")), Number(Require(test, "score")), IntervalOf(test)) : null,
        };
    }

    /// <summary>What to throw where something is not as it is written.</summary>
    /// <param name="what">What is wrong, to end the sentence « It is no file of chosen numbers: … ».</param>
    /// <param name="node">Where; null for the file as a whole.</param>
    public MergeOpsException Refused(string what, YamlNode? node) => new(
        Codes.ChosenUnreadable, $"It is not a file of chosen numbers: {what}. Run `mergeops search` to write it again.", node is null ? SourceSpan.File(source.Path) : SpanOf(node));

    private ChosenEntry Entry(YamlNode node) => new(
        Text(Require(node, "parameter")),
        Find(node, "model") is { } model ? Text(model) : null,
        Find(node, "filter") is { } filter ? Text(filter) : null,
        Require(node, "value") is YamlSequence several ? Numbers(several) : [Number(Require(node, "value"))]);

    private Interval? IntervalOf(YamlNode node) =>
        Find(node, "interval") is not { } ends ? null
        : Numbers(ends) is [var lower, var upper] && lower <= upper ? new Interval(lower, upper)
        : throw Refused("an interval has two ends", ends);

    private SourceSpan SpanOf(YamlNode node) => source.Span(node.Start, node.End);

    private YamlNode? Find(YamlNode node, string key) =>
        node is YamlMapping mapping ? mapping.Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value : throw Refused($"'{key}' is missing here", node);

    private YamlNode Require(YamlNode node, string key) => Find(node, key) ?? throw Refused($"'{key}' is missing", node);

    private ImmutableArray<YamlNode> Items(YamlNode node) => node is YamlSequence sequence ? sequence.Items : throw Refused("this should be a list", node);

    private string Text(YamlNode node) => node is YamlScalar scalar ? scalar.Text : throw Refused("this should be a text", node);

    private double Number(YamlNode node) =>
        node is YamlScalar scalar && CoreSchema.Number(scalar.Text) is { } number && double.IsFinite(number) ? number : throw Refused("this should be a number", node);

    private ImmutableArray<double> Numbers(YamlNode node) => [.. Items(node).Select(Number)];

    private ulong Whole(YamlNode node) =>
        node is YamlScalar scalar && ulong.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole : throw Refused("this should be a whole number", node);
}
