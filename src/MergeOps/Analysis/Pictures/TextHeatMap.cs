using System.Globalization;
using System.Text;
using MergeOps.Analysis.Figures;
using MergeOps.Analysis.Reports;
using MergeOps.Analysis.Sums;
using MergeOps.Diagnostics;

namespace MergeOps.Analysis.Pictures;

/// <summary>
/// The cosines of pairs by layer in letters, for places that show neither pages nor images, such as the comments of a pull
/// request: a row for each pair and, where there are few, for each role; a letter for each layer, the darker the larger.
/// </summary>
internal static class TextHeatMap
{
    private const int MostPairs = 15, MostWithRoles = 3, NameWidth = 44;
    private const char Opposed = '−', Nothing = ' ';

    private static readonly (double From, char Letter)[] Letters = [(0.9, '█'), (0.6, '▓'), (0.3, '▒'), (0.1, '░'), (-0.1, '·')];

    /// <summary>The map; empty without pairs or without layers.</summary>
    public static string Write(AnalysisReport report)
    {
        List<(int A, int B)> pairs = [.. report.Pairs.Take(MostPairs)];
        var layers = report.Sums.Layers.ToList();
        if (pairs.Count == 0 || layers.Count == 0)
        {
            return "";
        }

        string[] vectors = [.. report.Vectors.Select(name => TerminalText.Escape(name))];
        var roles = pairs.Count <= MostWithRoles ? RolesOf(report.Sums) : [];
        var rows = pairs.SelectMany(pair => roles
            .Select(role => new Row($"  {role.Name}", pair, [.. layers.Select(layer => (layer.Layer, role.Layers.GetValueOrDefault(layer.Layer)))]))
            .Prepend(new Row(TerminalText.Shortened($"{vectors[pair.A]} × {vectors[pair.B]}", NameWidth), pair, [.. layers.Select(layer => (layer.Layer, (SampledSums?)layer.Sums))]))).ToList();
        var width = rows.Max(row => row.Name.Length);
        var text = new StringBuilder("Cosines by layer, the first on the left: ")
            .AppendJoin(", ", Letters.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Letter} from {step.From}"))).Append($", {Opposed} below\n");
        foreach (var row in rows)
        {
            row.Append(text, width);
        }

        return text.ToString();
    }

    // the roles that tensors have in layers, in ordinal order
    private static List<(string Name, Dictionary<int, SampledSums> Layers)> RolesOf(AnalysisSums sums) =>
    [
        .. sums.Tensors.Where(entry => entry.Tensor.Layer is not null).GroupBy(entry => entry.Tensor.Role, StringComparer.Ordinal).OrderBy(role => role.Key, StringComparer.Ordinal)
            .Select(role => (role.Key, role.GroupBy(entry => entry.Tensor.Layer!.Value, entry => entry.Sums).ToDictionary(layer => layer.Key, SampledSums.Of))),
    ];

    private static char LetterOf(double cosine) => Letters.Where(step => cosine >= step.From).Select(step => step.Letter).FirstOrDefault(Opposed);

    private sealed record Row(string Name, (int A, int B) Pair, List<(int Layer, SampledSums? Sums)> Layers)
    {
        public void Append(StringBuilder text, int width)
        {
            var cosines = Layers.ConvertAll(layer => (layer.Layer, Cosine: layer.Sums is null ? null : PairFigure.Cosine.Of(layer.Sums.Sums, Pair.A, Pair.B)));
            var (least, most) = (cosines.Where(layer => layer.Cosine is not null).MinBy(layer => layer.Cosine), cosines.MaxBy(layer => layer.Cosine));
            text.Append(Name.PadRight(width)).Append("  ")
                .Append(string.Concat(cosines.Select(layer => layer.Cosine is { } cosine ? LetterOf(cosine) : Nothing)))
                .Append(CultureInfo.InvariantCulture, $"  {least.Cosine:0.00} (layer {least.Layer}) to {most.Cosine:0.00} (layer {most.Layer})\n");
        }
    }
}
