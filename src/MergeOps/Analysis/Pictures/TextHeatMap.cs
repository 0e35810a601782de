using System.Globalization;
using System.Text;
using MergeOps.Analysis.Figures;
using MergeOps.Analysis.Reports;
using MergeOps.Diagnostics;

namespace MergeOps.Analysis.Pictures;

/// <summary>
/// The cosines of pairs by layer in letters, for places that show neither pages nor images, such as the comments of a pull
/// request: a row for each pair, a letter for each layer, the darker the larger.
/// </summary>
internal static class TextHeatMap
{
    private const int MostPairs = 15, NameWidth = 44;
    private const char Opposed = '−';

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
        var names = pairs.ConvertAll(pair => TerminalText.Shortened($"{vectors[pair.A]} × {vectors[pair.B]}", NameWidth));
        var text = new StringBuilder("Cosines by layer, the first on the left: ")
            .AppendJoin(", ", Letters.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Letter} from {step.From}"))).Append($", {Opposed} below\n");
        foreach (var (pair, name) in pairs.Zip(names))
        {
            var cosines = layers.ConvertAll(layer => (layer.Layer, Cosine: PairFigure.Cosine.Of(layer.Sums.Sums, pair.A, pair.B)!.Value));
            var (least, most) = (cosines.MinBy(layer => layer.Cosine), cosines.MaxBy(layer => layer.Cosine));
            text.Append(name.PadRight(names.Max(other => other.Length))).Append("  ")
                .Append(string.Concat(cosines.Select(layer => LetterOf(layer.Cosine))))
                .Append(CultureInfo.InvariantCulture, $"  {least.Cosine:0.00} (layer {least.Layer}) to {most.Cosine:0.00} (layer {most.Layer})\n");
        }

        return text.ToString();
    }

    private static char LetterOf(double cosine) => Letters.Where(step => cosine >= step.From).Select(step => step.Letter).FirstOrDefault(Opposed);
}
