using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Intervals;

namespace MergeOps.Evaluation.Scores;

/// <summary>What another harness measured of one model on each item, so that two models are compared item by item.</summary>
internal sealed class SampleScores
{
    private const string NothingVaries = "the items do not vary, so the error of the figure cannot be estimated";

    private readonly ImmutableArray<double> scores;
    private readonly ItemGroups groups;

    // empty where only their digest is known
    private ImmutableArray<string> names = [];

    private SampleScores(string ids, ImmutableArray<double> scores, ItemGroups groups) => (Ids, this.scores, this.groups) = (ids, scores, groups);

    /// <summary>SHA-256 over the items' ids in ordinal order, a line for each: equal where the items are the same.</summary>
    public string Ids { get; }

    /// <summary>The scores in the ordinal order of the ids.</summary>
    public ImmutableArray<double> Scores => scores;

    /// <summary>The group of each item, counted from 0; empty where no items are related.</summary>
    public ImmutableArray<int> Groups => groups.Count == scores.Length ? [] : [.. Enumerable.Range(0, scores.Length).Select(item => groups[item])];

    /// <summary>The mean over all items.</summary>
    public double Mean => scores.Sum() / scores.Length;

    /// <summary>The mean with its 95 % interval.</summary>
    public Measured Figure => Less(null);

    private SampleSize Size => new(scores.Length, groups.Count);

    private bool IsShare => scores.All(score => score is 0 or 1);

    /// <summary>Scores of items.</summary>
    /// <param name="samples">At least one; each id once, each score finite; items with one group are related.</param>
    public static SampleScores Of(IEnumerable<(string Id, string? Group, double Score)> samples)
    {
        var sorted = samples.OrderBy(sample => sample.Id, StringComparer.Ordinal).ToList();
        var ids = SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(sorted.Select(sample => sample.Id + "\n"))));
        return new(Convert.ToHexStringLower(ids), [.. sorted.Select(sample => sample.Score)], ItemGroups.Of(sorted.Select(sample => sample.Group)))
        {
            names = [.. sorted.Select(sample => sample.Id)],
        };
    }

    /// <summary>How many items only one of two models has, and one of them, to end a sentence; nothing where only digests of the ids are known.</summary>
    public string Others(SampleScores other)
    {
        if (names.IsEmpty || other.names.IsEmpty)
        {
            return "";
        }

        return names.Except(other.names, StringComparer.Ordinal).ToList() is [var first, ..] only
            ? Text(only.Count, names.Length, other.names.Length, first)
            : other.names.Except(names, StringComparer.Ordinal).ToList() is [var others, ..] more ? Text(more.Count, other.names.Length, names.Length, others) : "";

        static string Text(int only, int all, int ofOther, string example) =>
            string.Create(CultureInfo.InvariantCulture, $": {only} of the {all} of one are not among the {ofOther} of the other, such as {TerminalText.Quoted(example)}");
    }

    /// <summary>Scores as <see cref="Ids"/>, <see cref="Scores"/> and <see cref="Groups"/> gave them; null where these do not belong together.</summary>
    public static SampleScores? Recorded(string ids, ImmutableArray<double> scores, ImmutableArray<int> groups) =>
        scores.IsEmpty || !scores.All(double.IsFinite) || (groups.Length > 0 && groups.Length != scores.Length)
            ? null
            : new(ids, scores, groups.IsEmpty ? ItemGroups.Unrelated(scores.Length) : ItemGroups.Of(groups.Select(group => $"{group}")));

    /// <summary>The mean less that of another model on the same items, item by item, with its 95 % interval.</summary>
    /// <param name="other">Has the same <see cref="Ids"/>; null for nothing.</param>
    public Measured Less(SampleScores? other)
    {
        if (IsShare && other?.IsShare != false)
        {
            var estimate = other is null ? Proportions.Share(Flags(), groups) : Proportions.Difference(Flags(), other.Flags(), groups);
            return Measured.Of(estimate, Size);
        }

        var (own, others) = (Ratio(scores), other is null ? null : Ratio(other.scores));
        return own.Less(others) is { } difference
            ? Measured.Of(difference, Size)
            : Measured.Of(own.Value - (others?.Value ?? 0), Size, NothingVaries);
    }

    private bool[] Flags() => [.. scores.Select(score => score != 0)];

    private RatioOfSums Ratio(ImmutableArray<double> values) => new(groups.Sums(item => values[item]), groups.Sums(_ => 1));
}
