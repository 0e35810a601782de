using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Analysis.Figures;
using MergeOps.Analysis.Gradients;
using MergeOps.Analysis.Spectra;
using MergeOps.Analysis.Sums;
using MergeOps.Analysis.Verdicts;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Intervals;

namespace MergeOps.Analysis.Reports;

/// <summary>Version 1 of the machine-readable form of an analysis.</summary>
internal static class AnalysisJson
{
    private const int Version = 1;

    /// <summary>The document. Keys and numbers are in one form: the same figures give the same text.</summary>
    public static string Write(AnalysisReport report)
    {
        string[] vectors = [.. report.Vectors];
        return CanonicalJson.Write(new JsonObject
        {
            ["version"] = Version,
            ["recipe"] = TerminalText.Escape(report.Recipe),
            ["plan"] = report.PlanDigest,
            ["base"] = report.Base,
            ["vectors"] = report.Base is null ? "weights" : "task_vectors",
            ["weights"] = Number(report.Sums.Total.Sums.Elements),
            ["trim"] = report.IsWhole ? Number(report.Trim) : null,
            ["directions"] = report.Options.Spectral?.Directions,
            ["sample"] = report.Options.Sampling?.Share,
            ["models"] = new JsonArray([.. vectors.Select((name, i) => Scopes(report, sums => Figures(sums, i), SpectralFigure.OfVector, i, new() { ["model"] = name }))]),
            ["pairs"] = new JsonArray([.. report.Pairs.Select(pair => Scopes(report, sums => Figures(sums, pair.A, pair.B), SpectralFigure.OfPair, VectorSums.IndexOf(pair.A, pair.B), new() { ["a"] = vectors[pair.A], ["b"] = vectors[pair.B] }))]),
            ["interference"] = report.Options.Spectral is null ? null : Interference(report),
            ["keep_rate"] = report.KeepRate.Count == 0 ? null : new JsonArray([.. report.KeepRate.Select(curve => new JsonObject
            {
                ["metric"] = curve.Objective,
                ["points"] = new JsonArray([.. curve.Points.Select(point => new JsonObject
                {
                    ["density"] = Number(point.Values[0]),
                    ["score"] = Number(point.Score),
                    ["interval"] = point.Interval is { } interval ? Ends(interval) : null,
                })]),
            })]),
            ["gradients"] = report.Gradients is not { } gradients ? null : Gradients(gradients),
            ["verdict"] = Verdict(report, vectors),
        });
    }

    private static JsonObject Gradients(GradientCosines gradients) => new()
    {
        ["data"] = new JsonArray([.. gradients.Gradients.Select(gradient => new JsonObject { ["model"] = gradient.Model, ["items"] = gradient.Items, ["norm"] = Number(gradient.Norm) })]),
        ["pairs"] = new JsonArray([.. gradients.Pairs.Select(pair => new JsonObject
        {
            ["a"] = gradients.Gradients[pair.A].Model,
            ["b"] = gradients.Gradients[pair.B].Model,
            ["cosine"] = Number(pair.Total),
            ["layers"] = new JsonArray([.. pair.Layers.Select(layer => new JsonObject { ["layer"] = layer.Layer, ["cosine"] = Number(layer.Cosine) })]),
            ["roles"] = new JsonArray([.. pair.Roles.Select(role => new JsonObject { ["role"] = role.Role, ["cosine"] = Number(role.Cosine) })]),
        })]),
    };

    private static JsonObject Scopes(AnalysisReport report, Func<SampledSums, JsonObject> figures, IReadOnlyList<SpectralFigure> spectral, int index, JsonObject head)
    {
        head["total"] = With(figures(report.Sums.Total), _ => true);
        head["layers"] = new JsonArray([.. report.Sums.Layers.Select(layer => Headed("layer", layer.Layer, With(figures(layer.Sums), tensor => tensor.Layer == layer.Layer)))]);
        head["roles"] = new JsonArray([.. report.Sums.Roles.Select(role => Headed("role", role.Role, With(figures(role.Sums), tensor => tensor.Role == role.Role)))]);
        head["tensors"] = new JsonArray([.. report.Sums.Tensors.Select(entry => Headed("tensor", TerminalText.Escape(entry.Tensor.Job.Name), Angles(With(figures(entry.Sums), tensor => tensor == entry.Tensor), entry.Sums.Spectra)))]);
        return head;

        JsonObject With(JsonObject json, Func<AnalyzedTensor, bool> which)
        {
            if (report.Options.Spectral is not null && report.SpectraOf(which).ToList() is { Count: > 0 } spectra)
            {
                foreach (var figure in spectral)
                {
                    json[figure.Name] = Number(figure.MeanOf(spectra, index));
                }
            }

            return json;
        }

        JsonObject Angles(JsonObject json, TensorSpectra? spectra)
        {
            if (spectral == SpectralFigure.OfPair && spectra?.Overlaps[index] is { } overlap)
            {
                json["angles"] = new JsonArray([.. overlap.Angles.Select(angle => Number(angle))]);
            }

            return json;
        }
    }

    private static JsonObject Interference(AnalysisReport report)
    {
        var figure = SpectralFigure.Interference;
        return new()
        {
            ["total"] = Number(figure.MeanOf(report.SpectraOf(_ => true), 0)),
            ["layers"] = new JsonArray([.. report.Sums.Layers.Select(layer => new JsonObject { ["layer"] = layer.Layer, ["interference"] = Number(figure.MeanOf(report.SpectraOf(tensor => tensor.Layer == layer.Layer), 0)) })]),
            ["tensors"] = new JsonArray([.. report.Sums.Tensors.Where(entry => entry.Sums.Spectra is not null).Select(entry => new JsonObject { ["tensor"] = TerminalText.Escape(entry.Tensor.Job.Name), ["interference"] = Number(entry.Sums.Spectra!.Interference) })]),
        };
    }

    private static JsonObject Headed(string key, JsonNode value, JsonObject figures)
    {
        figures[key] = value;
        return figures;
    }

    private static JsonObject Figures(SampledSums sums, int vector) =>
        Figures(sums, VectorFigure.All.Select(figure => (figure.Name, (Func<VectorSums, double?>)(of => figure.Of(of, vector)))));

    private static JsonObject Figures(SampledSums sums, int a, int b) =>
        Figures(sums, PairFigure.All.Select(figure => (figure.Name, (Func<VectorSums, double?>)(of => figure.Of(of, a, b)))));

    private static JsonObject Figures(SampledSums sums, IEnumerable<(string Name, Func<VectorSums, double?> Of)> all)
    {
        var json = new JsonObject();
        var intervals = new JsonObject();
        foreach (var (name, of) in all)
        {
            json[name] = Number(of(sums.Sums));
            if (sums.IntervalOf(of) is { } interval)
            {
                intervals[name] = Ends(interval);
            }
        }

        if (sums.IsSampled)
        {
            json["intervals"] = intervals;
        }

        return json;
    }

    private static JsonObject Verdict(AnalysisReport report, string[] vectors)
    {
        var verdict = report.Verdict;
        var pairs = AnalysisSums.PairsOf(report.Sums.Plan.Models, withMerged: false).ToList();
        return new()
        {
            ["relations"] = new JsonArray([.. verdict.Descents.Select((descent, i) => Relation(
                descent,
                report.Base is { } origin ? (vectors[i], origin) : (vectors[pairs[i].A], vectors[pairs[i].B])))]),
            ["tasks"] = new JsonArray([.. verdict.Overlaps.Select((overlap, i) => new JsonObject
            {
                ["a"] = vectors[pairs[i].A],
                ["b"] = vectors[pairs[i].B],
                ["overlap"] = Word(overlap.Overlap),
                ["cosine"] = Number(overlap.Cosine),
                ["conflicting_layers"] = new JsonArray([.. overlap.Layers.Select(layer => JsonValue.Create(layer.Layer))]),
                ["conflicting_roles"] = new JsonArray([.. overlap.Roles.Select(role => JsonValue.Create(role.Role))]),
            })]),
            ["remarks"] = new JsonArray([.. verdict.Remarks(vectors).Select(remark => JsonValue.Create(remark))]),
            ["advice"] = new JsonObject { ["why"] = verdict.Advice.Why, ["recipe"] = verdict.Advice.Suggestion?.Fragment },
            ["suggestion"] = verdict.Advice.Suggestion is not { } suggestion ? null : new JsonObject
            {
                ["method"] = suggestion.Method,
                ["lambda"] = Number(suggestion.Lambda),
                ["density"] = Number(suggestion.Density),
                ["layers"] = suggestion.Layers.IsEmpty ? null : new JsonArray([.. suggestion.Layers.Select(weight => Number(weight))]),
                ["recipe"] = suggestion.RecipeOf(report.Base!, [.. vectors.Take(report.Sums.Plan.Models.Length)]),
            },
        };
    }

    private static JsonObject Relation(Descent? descent, (string A, string B) models) => new()
    {
        ["a"] = models.A,
        ["b"] = models.B,
        ["relation"] = descent is null ? null : Word(descent.Relation),
        ["cosine"] = Number(descent?.Median),
        ["interval"] = descent is null ? null : Ends(descent.Interval),
        ["matrices"] = descent?.Matrices ?? 0,
    };

    private static JsonArray Ends(Interval interval) => [Number(interval.Lower), Number(interval.Upper)];

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    // ten digits: the last ones depend on how many threads divided the work
    private static JsonValue? Number(double? value) =>
        value is { } number ? JsonValue.Create(double.Parse(number.ToString("G10", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)) : null;
}
