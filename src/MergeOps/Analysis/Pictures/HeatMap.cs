using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Analysis.Figures;
using MergeOps.Analysis.Sums;
using MergeOps.Evaluation.Charts;

namespace MergeOps.Analysis.Pictures;

/// <summary>
/// The cosines of two vectors by layer, from left to right, and role, from top to bottom: blue where they point the same way,
/// red where they point apart, the stronger the farther from 0.
/// </summary>
internal sealed class HeatMap
{
    private const double Side = 22, Names = 86, Head = 18;

    private readonly ImmutableArray<string> roles;
    private readonly ImmutableArray<int?> layers;
    private readonly Dictionary<(string Role, int? Layer), double> cosines;

    private HeatMap(string title, Dictionary<(string Role, int? Layer), double> cosines)
    {
        (Title, this.cosines) = (title, cosines);
        roles = [.. cosines.Keys.Select(key => key.Role).Distinct().Order(StringComparer.Ordinal)];
        layers = [.. cosines.Keys.Select(key => key.Layer).Distinct().OrderBy(layer => layer ?? int.MaxValue)];
    }

    /// <summary>What is compared.</summary>
    public string Title { get; }

    /// <summary>How wide the drawing is, in pixels.</summary>
    public double Width => Names + (layers.Length * Side);

    /// <summary>How high it is.</summary>
    public double Height => Head + (roles.Length * Side);

    /// <summary>What it shows, in a sentence.</summary>
    public string Words => cosines.Count == 0 ? $"{Title}: nothing to compare." : string.Create(
        CultureInfo.InvariantCulture,
        $"{Title}: cosines from {cosines.Values.Min():0.00} in {Place(cosines.MinBy(cell => cell.Value).Key)} to {cosines.Values.Max():0.00} in {Place(cosines.MaxBy(cell => cell.Value).Key)}.");

    /// <summary>Of two vectors.</summary>
    /// <param name="sums">What was measured.</param>
    /// <param name="first">The first vector.</param>
    /// <param name="second">The second vector.</param>
    /// <param name="title">What they are called.</param>
    public static HeatMap Of(AnalysisSums sums, int first, int second, string title) => new(
        title,
        sums.Tensors.GroupBy(entry => (entry.Tensor.Role, entry.Tensor.Layer), entry => entry.Sums).ToDictionary(
            group => group.Key,
            group => PairFigure.Cosine.Of(SampledSums.Of(group).Sums, first, second)!.Value));

    /// <summary>The cells with the names of their rows and columns.</summary>
    public HtmlText Draw() => HtmlText.Of($"""
        {HtmlText.Join(layers.Select((layer, column) => HtmlText.Of($"""<text x="{Names + ((column + 0.5) * Side)}" y="12" text-anchor="middle">{(layer is { } number ? number.ToString(CultureInfo.InvariantCulture) : "·")}</text>""")))}
        {HtmlText.Join(roles.Select(Row))}
        """);

    private HtmlText Row(string role, int row) => HtmlText.Of($"""
        <text x="0" y="{Head + ((row + 0.7) * Side)}">{role}</text>{HtmlText.Join(layers.Select((layer, column) => Cell(role, layer, Names + (column * Side), Head + (row * Side))))}

        """);

    private HtmlText Cell(string role, int? layer, double left, double top)
    {
        if (!cosines.TryGetValue((role, layer), out var cosine))
        {
            return HtmlText.Empty;
        }

        var words = string.Create(CultureInfo.InvariantCulture, $"{Place((role, layer))}: {cosine:0.000}");
        return HtmlText.Of($"""<g><title>{words}</title><rect class="frame" x="{left}" y="{top}" width="{Side - 2}" height="{Side - 2}" rx="2"/><rect class="cell {(cosine < 0 ? "apart" : "alike")}" x="{left}" y="{top}" width="{Side - 2}" height="{Side - 2}" rx="2" fill-opacity="{Math.Abs(cosine)}"/></g>""");
    }

    private static string Place((string Role, int? Layer) key) =>
        key.Layer is { } layer ? string.Create(CultureInfo.InvariantCulture, $"{key.Role} of layer {layer}") : key.Role;
}
