using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Analysis.Figures;
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
            ["trim"] = report.IsWhole ? report.Options.TrimTo : null,
            ["sample"] = report.Options.Sampling?.Share,
            ["models"] = new JsonArray([.. vectors.Select((name, i) => Scopes(report, sums => Figures(sums, i), new() { ["model"] = name }))]),
            ["pairs"] = new JsonArray([.. report.Pairs.Select(pair => Scopes(report, sums => Figures(sums, pair.A, pair.B), new() { ["a"] = vectors[pair.A], ["b"] = vectors[pair.B] }))]),
            ["verdict"] = Verdict(report, vectors),
        });
    }

    private static JsonObject Scopes(AnalysisReport report, Func<SampledSums, JsonObject> figures, JsonObject head)
    {
        head["total"] = figures(report.Sums.Total);
        head["layers"] = new JsonArray([.. report.Sums.Layers.Select(layer => Headed("layer", layer.Layer, figures(layer.Sums)))]);
        head["roles"] = new JsonArray([.. report.Sums.Roles.Select(role => Headed("role", role.Role, figures(role.Sums)))]);
        head["tensors"] = new JsonArray([.. report.Sums.Tensors.Select(tensor => Headed("tensor", TerminalText.Escape(tensor.Tensor.Job.Name), figures(tensor.Sums)))]);
        return head;
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
            ["advice"] = new JsonObject { ["why"] = verdict.Advice.Why, ["recipe"] = verdict.Advice.Fragment },
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
