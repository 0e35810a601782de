using System.Globalization;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Analysis.Gates;

/// <summary>Decides gates on the models of a recipe from what was read of them.</summary>
internal static class ModelsGateJudge
{
    private const int Decimals = 6;

    /// <summary>The verdict on one gate: that of the pair which is worst off.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="sums">What was read.</param>
    public static GateResult Judge(GateSettings gate, AnalysisSums sums)
    {
        var metric = ModelsMetric.All.First(known => known.FullName == gate.Metric.Value);
        var pairs = PairsOf(gate, metric, sums.Plan).Select(pair => Decide(gate, metric, sums, pair)).ToList();
        if (pairs.Count == 0)
        {
            return Without(gate, "the recipe does not merge these two models tensor by tensor");
        }

        var (names, measured, decision) = pairs.MinBy(pair => (Rank(pair.Decision.Verdict), SlackOf(gate, metric, pair.Measured)));
        var others = pairs.Count > 1 && measured.Exists
            ? string.Create(CultureInfo.InvariantCulture, $" {pairs.Count(pair => pair.Decision.Verdict is GateVerdict.Passed)} of {pairs.Count} pairs pass.") : "";
        return ResultOf(gate, metric, measured) with { Subject = names, Verdict = decision.Verdict, Detail = decision.Reason + others };
    }

    /// <summary>The verdict on a gate whose models could not be compared.</summary>
    /// <param name="gate">The gate.</param>
    /// <param name="whyNot">Why, without a full stop.</param>
    public static GateResult Without(GateSettings gate, string whyNot) =>
        ResultOf(gate, ModelsMetric.All.First(known => known.FullName == gate.Metric.Value), Measured.Missing(whyNot)) with
        {
            Detail = $"{gate.Metric.Value} has no value: {whyNot.TrimEnd('.')}.",
        };

    private static GateResult ResultOf(GateSettings gate, ModelsMetric metric, Measured measured) => new()
    {
        Metric = gate.Metric.Value,
        Min = gate.Min?.Value ?? (gate.Max is null ? metric.UsualMin : null),
        Max = gate.Max?.Value,
        Lowest = LowerOf(gate, metric),
        Highest = gate.Max?.Value,
        Pair = [.. gate.Pair.Select(model => model.Value.ToString())],
        Subject = "models",
        Measured = measured,
        Decimals = Decimals,
        Verdict = GateVerdict.Failed,
        Detail = "",
        Span = gate.Span,
    };

    private static (string Names, Measured Measured, GateDecision Decision) Decide(GateSettings gate, ModelsMetric metric, AnalysisSums sums, (int A, int B) pair)
    {
        var (names, measured) = ($"{sums.Plan.ModelOf(pair.A).Reference} and {sums.Plan.ModelOf(pair.B).Reference}", metric.Of(sums, pair.A, pair.B));
        if (measured.Value is not { } value)
        {
            return (names, measured, new(GateVerdict.Failed, $"{metric.FullName} of {names} has no value: {measured.WhyNot}."));
        }

        var isExact = measured.Interval is not { } interval || interval.Lower >= interval.Upper;
        var words = $"{metric.FullName} of {names} = {Text(value)}{(isExact ? "" : $" (95 % interval {Text(measured.Interval!.Value.Lower)} to {Text(measured.Interval.Value.Upper)})")}";
        var decision = GateDecision.Of(measured, Bound("min", LowerOf(gate, metric)), Bound("max", gate.Max?.Value), "A larger 'sample' may decide it; at 1 every weight is read.");
        return (names, measured, decision with { Reason = $"{words}{(decision.Verdict is GateVerdict.Passed ? ", " : ": ")}{decision.Reason}" });
    }

    private static IEnumerable<(int A, int B)> PairsOf(GateSettings gate, ModelsMetric metric, AnalysisPlan plan)
    {
        var named = gate.Pair.Select(model => model.Value).ToHashSet();
        return (metric.IsWithBase && plan.Base is not null
                ? Enumerable.Range(0, plan.Models.Length).Select(model => (A: model, B: -1))
                : AnalysisSums.PairsOf(plan.Models, withMerged: false))
            .Where(pair => named.Count == 0 || (named.Contains(plan.ModelOf(pair.A).Reference) && named.Contains(plan.ModelOf(pair.B).Reference)));
    }

    private static double? LowerOf(GateSettings gate, ModelsMetric metric) => gate.Min?.Value ?? (gate.Max is null ? metric.UsualMin : null);

    private static GateBound? Bound(string key, double? bound) =>
        bound is { } value ? new(value, string.Create(CultureInfo.InvariantCulture, $"the '{key}' of {value}")) : null;

    private static int Rank(GateVerdict verdict) => verdict switch
    {
        GateVerdict.Failed => 0,
        GateVerdict.Undecided => 1,
        _ => 2,
    };

    // how far the figure lies within its bounds; negative beyond them
    private static double SlackOf(GateSettings gate, ModelsMetric metric, Measured measured) => measured.Value is { } value
        ? Math.Min(value - (LowerOf(gate, metric) ?? double.NegativeInfinity), (gate.Max?.Value ?? double.PositiveInfinity) - value)
        : double.NegativeInfinity;

    private static string Text(double value) => value.ToString("0.####;−0.####;0", CultureInfo.InvariantCulture);
}
