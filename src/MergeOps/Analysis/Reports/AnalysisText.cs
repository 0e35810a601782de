using System.Globalization;
using MergeOps.Analysis.Figures;
using MergeOps.Analysis.Spectra;
using MergeOps.Analysis.Sums;
using MergeOps.Analysis.Verdicts;
using MergeOps.Diagnostics;

namespace MergeOps.Analysis.Reports;

/// <summary>An analysis as tables of words, for whoever lays them out.</summary>
internal static class AnalysisText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>A line that says what was compared.</summary>
    public static string Heading(AnalysisReport report)
    {
        var sums = report.Sums;
        var what = report.Base is { } origin ? $"task vectors on {TerminalText.Escape(origin)}" : "the weights of";
        var count = sums.Plan.Models.Length;
        var read = report.Options.Sampling is { } sampling ? string.Create(Culture, $"; a sample of {sampling.Share:P1} was read") : "";
        return report.Base is null
            ? string.Create(Culture, $"{what} {count} models, {sums.Plan.Tensors.Length:N0} tensors, {sums.Total.Sums.Elements:N0} weights{read}")
            : string.Create(Culture, $"{count} {what}, {sums.Plan.Tensors.Length:N0} tensors, {sums.Total.Sums.Elements:N0} weights{read}");
    }

    /// <summary>A row for each vector, the headings first.</summary>
    public static IReadOnlyList<string[]> Models(AnalysisReport report) =>
    [
        ["model", .. VectorFigure.All.Select(figure => figure.Label)],
        .. report.Vectors.Select((name, i) => (string[])
        [
            TerminalText.Escape(name),
            .. VectorFigure.All.Select(figure => Cell(report.Sums.Total, of => figure.Of(of, i), figure.IsShare)),
        ]),
    ];

    /// <summary>A row for each pair, the headings first.</summary>
    public static IReadOnlyList<string[]> Pairs(AnalysisReport report)
    {
        string[] vectors = [.. report.Vectors.Select(name => TerminalText.Escape(name))];
        return
        [
            ["pair", .. PairFigure.All.Select(figure => figure.Label)],
            .. report.Pairs.Select(pair => Row(report.Sums.Total, $"{vectors[pair.A]} × {vectors[pair.B]}", [pair])),
        ];
    }

    /// <summary>A row for each layer and each role, the headings first: means over the pairs of models.</summary>
    public static IReadOnlyList<string[]> Parts(AnalysisReport report)
    {
        List<(int A, int B)> pairs = [.. AnalysisSums.PairsOf(report.Sums.Plan.Models, withMerged: false)];
        return pairs.Count == 0 ? [] :
        [
            [pairs.Count == 1 ? "part" : "part (mean of pairs)", .. PairFigure.All.Select(figure => figure.Label)],
            .. report.Sums.Layers.Select(layer => Row(layer.Sums, string.Create(Culture, $"layer {layer.Layer}"), pairs)),
            .. report.Sums.Roles.Select(role => Row(role.Sums, role.Role, pairs)),
        ];
    }

    /// <summary>A row for each share that the merge keeps, the headings first; none where that was not measured.</summary>
    public static IReadOnlyList<string[]> KeepRate(AnalysisReport report) => report.KeepRate.Count == 0 ? [] :
    [
        ["density", .. report.KeepRate.Select(curve => curve.Objective)],
        .. report.KeepRate[0].Points.Select((point, index) => (string[])
        [
            point.Values[0].ToString("0.##", Culture),
            .. report.KeepRate.Select(curve => curve.Points[index].Score is not { } score ? "-" : curve.IsShare ? string.Create(Culture, $"{100 * score:0.0} %") : score.ToString("0.000", Culture)),
        ]),
    ];

    /// <summary>A row for each pair of gradients, then for each layer and role the mean of the pairs, the headings first; none where they were not measured.</summary>
    public static IReadOnlyList<string[]> Gradients(AnalysisReport report) => report.Gradients is not { } gradients ? [] :
    [
        ["gradients at the base", "cosine"],
        .. gradients.Pairs.Select(pair => (string[])[$"{TerminalText.Escape(gradients.Gradients[pair.A].Model)} × {TerminalText.Escape(gradients.Gradients[pair.B].Model)}", Cosine(pair.Total)]),
        .. gradients.Pairs[0].Layers.Select((layer, i) => (string[])[string.Create(Culture, $"layer {layer.Layer}"), Cosine(gradients.Pairs.Average(pair => pair.Layers[i].Cosine))]),
        .. gradients.Pairs[0].Roles.Select((role, i) => (string[])[role.Role, Cosine(gradients.Pairs.Average(pair => pair.Roles[i].Cosine))]),
    ];

    private static string Cosine(double value) => value.ToString("0.0000", Culture);

    /// <summary>Tables of decompositions: of the vectors, of the pairs, and by layer; none where nothing was decomposed.</summary>
    public static IEnumerable<IReadOnlyList<string[]>> Spectral(AnalysisReport report)
    {
        if (report.Options.Spectral is not { } spectral || report.SpectraOf(_ => true).ToList() is not { Count: > 0 } all)
        {
            yield break;
        }

        string[] vectors = [.. report.Vectors.Select(name => TerminalText.Escape(name))];
        yield return
        [
            [$"mean of {all.Count} matrices", .. SpectralFigure.OfVector.Select(figure => figure.Label)],
            .. vectors.Select((name, i) => (string[])[name, .. SpectralFigure.OfVector.Select(figure => Mean(figure, all, i))]),
        ];
        yield return
        [
            [$"{spectral.Directions} directions each", .. SpectralFigure.OfPair.Select(figure => figure.Label)],
            .. report.Pairs.Select(pair => (string[])
            [
                $"{vectors[pair.A]} × {vectors[pair.B]}", .. SpectralFigure.OfPair.Select(figure => Mean(figure, all, VectorSums.IndexOf(pair.A, pair.B))),
            ]),
        ];
        yield return
        [
            ["part", SpectralFigure.Interference.Label],
            .. report.Sums.Layers.Select(layer => (string[])[string.Create(Culture, $"layer {layer.Layer}"), Mean(SpectralFigure.Interference, report.SpectraOf(tensor => tensor.Layer == layer.Layer), 0)]),
            ["all", Mean(SpectralFigure.Interference, all, 0)],
        ];
    }

    private static string Mean(SpectralFigure figure, IEnumerable<TensorSpectra> spectra, int index) =>
        figure.MeanOf(spectra, index) is { } value ? value.ToString(value >= 10 ? "0.0" : "0.000", Culture) : "-";

    /// <summary>The verdict, a sentence or two in each line.</summary>
    public static IEnumerable<string> Verdict(AnalysisReport report)
    {
        string[] vectors = [.. report.Vectors.Select(name => TerminalText.Escape(name))];
        List<(int A, int B)> pairs = [.. AnalysisSums.PairsOf(report.Sums.Plan.Models, withMerged: false)];
        foreach (var (i, descent) in report.Verdict.Descents.Index())
        {
            var (a, b) = report.Base is { } origin ? (vectors[i], TerminalText.Escape(origin)) : (vectors[pairs[i].A], vectors[pairs[i].B]);
            if (descent is not null)
            {
                yield return string.Create(Culture, $"{a} {Words(descent.Relation, report.Base is not null)} {b}: median cosine of {descent.Matrices} matrices {descent.Median:0.000} [{descent.Interval.Lower:0.000}, {descent.Interval.Upper:0.000}].{(descent.Apart.IsEmpty ? "" : $" Its {string.Join(", ", descent.Apart)} do not match while the others do.")}");
            }
        }

        foreach (var (i, overlap) in report.Verdict.Overlaps.Index())
        {
            var where = string.Join(", ", overlap.Layers.Select(layer => string.Create(Culture, $"layer {layer.Layer} ({layer.Cosine:0.00})")).Concat(overlap.Roles.Select(role => string.Create(Culture, $"{role.Role} ({role.Cosine:0.00})"))));
            yield return string.Create(Culture, $"{vectors[pairs[i].A]} × {vectors[pairs[i].B]}: {Words(overlap.Overlap)} (cosine {overlap.Cosine:0.000}){(where.Length == 0 ? "" : $"; lowest in {where}")}.");
        }

        foreach (var remark in report.Verdict.Remarks(vectors))
        {
            yield return remark;
        }

        yield return report.Verdict.Advice.Why;
    }

    private static string Words(Relation relation, bool hasBase) => relation switch
    {
        Relation.Related => hasBase ? "descends from" : "is related to",
        Relation.Unrelated => hasBase ? "does not descend from" : "is not related to",
        _ => hasBase ? "may or may not descend from" : "may or may not be related to",
    };

    private static string Words(Overlap overlap) => overlap switch
    {
        Overlap.None => "nothing in common, since one of them is the base",
        Overlap.Opposed => "opposed tasks",
        Overlap.Disjoint => "disjoint tasks",
        Overlap.Partial => "partly overlapping tasks",
        _ => "overlapping tasks",
    };

    private static string[] Row(SampledSums sums, string name, List<(int A, int B)> pairs) =>
    [
        name,
        .. PairFigure.All.Select(figure => Cell(sums, of => Mean(pairs, pair => figure.Of(of, pair.A, pair.B)), figure.IsShare)),
    ];

    private static double? Mean(List<(int A, int B)> pairs, Func<(int A, int B), double?> of)
    {
        var values = pairs.Select(of).OfType<double>().ToList();
        return values.Count == 0 ? null : values.Average();
    }

    private static string Cell(SampledSums sums, Func<VectorSums, double?> figure, bool isShare)
    {
        if (figure(sums.Sums) is not { } value)
        {
            return "-";
        }

        var text = isShare ? string.Create(Culture, $"{100 * value:0.0} %") : value.ToString(Math.Abs(value) is >= 0.0001 and < 10000 or 0 ? "0.0000" : "0.00e+0", Culture);
        return sums.IntervalOf(figure) is { } interval
            ? $"{text} ± {(isShare ? string.Create(Culture, $"{100 * (interval.Upper - value):0.0}") : (interval.Upper - value).ToString("0.0000", Culture))}"
            : text;
    }
}
