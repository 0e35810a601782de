using System.Collections.Frozen;
using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Structure;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation;

/// <summary>A model's scores and the figures made of them.</summary>
internal sealed record ModelReport(ModelResult Result, FrozenDictionary<Figure, Measured> Figures);

/// <summary>The merged model less another one, on the same items.</summary>
/// <param name="Figure">What is compared.</param>
/// <param name="Against">A word of <see cref="Baselines.All"/>.</param>
/// <param name="Other">The other model's name.</param>
/// <param name="Difference">The difference with its paired interval.</param>
internal sealed record Comparison(Figure Figure, string Against, string Other, Measured Difference);

/// <summary>Everything that was measured and decided; each report is a view of it.</summary>
internal sealed record EvaluationReport
{
    /// <summary>The recipe's name.</summary>
    public required string Recipe { get; init; }

    /// <summary>What another harness measured, in the recipe's order.</summary>
    public ImmutableArray<ExternalMetric> External { get; init; } = [];

    /// <summary>What was measured on.</summary>
    public required EvaluationData Data { get; init; }

    /// <summary>Everything that is measured: of the tasks in order, their mean, the texts, the scores of others.</summary>
    public required ImmutableArray<Figure> Figures { get; init; }

    /// <summary>What stands first in a report: the mean of what each kind of task is measured by first.</summary>
    public IEnumerable<Figure> Headlines => RecipeFigures.Headlines(Data.Tasks);

    /// <summary>The models in the order of their roles, then as given.</summary>
    public required ImmutableArray<ModelReport> Models { get; init; }

    /// <summary>The merged model against its alternatives.</summary>
    public required ImmutableArray<Comparison> Comparisons { get; init; }

    /// <summary>What the merged files themselves show.</summary>
    public required ImmutableArray<CheckResult> Checks { get; init; }

    /// <summary>The recipe's gates in its order.</summary>
    public required ImmutableArray<GateResult> Gates { get; init; }

    /// <summary>The search that chose numbers of the merged model; null where the recipe has none.</summary>
    public SearchCurve? Curve { get; init; }

    /// <summary>What the user should know beside the verdicts.</summary>
    public required ImmutableArray<Diagnostic> Notes { get; init; }

    /// <summary>Failed when a check or a gate says no, else undecided when a gate cannot tell.</summary>
    public GateVerdict Verdict =>
        Checks.Any(check => check.Verdict == CheckVerdict.Failed) || Gates.Any(gate => gate.Verdict == GateVerdict.Failed) ? GateVerdict.Failed
        : Gates.Any(gate => gate.Verdict == GateVerdict.Undecided) ? GateVerdict.Undecided
        : GateVerdict.Passed;

    /// <summary>Whether every check and every gate says yes.</summary>
    public bool Passed => Verdict == GateVerdict.Passed;

    /// <summary><c>3 of 5 met, 1 undecided</c>.</summary>
    public string GateSummary =>
        $"{Gates.Count(gate => gate.Met)} of {Gates.Length} met"
        + (Gates.Count(gate => gate.Verdict == GateVerdict.Undecided) is > 0 and var undecided ? $", {undecided} undecided" : "");

    /// <summary>An error for each check that says no and each gate that does not say yes, and the notes.</summary>
    public IEnumerable<Diagnostic> Diagnostics() =>
    [
        .. Notes,
        .. Checks.Where(check => check.Verdict == CheckVerdict.Failed)
            .Select(check => Diagnostic.Error(Codes.StructureBroken, $"{check.Name}: {check.Detail}")),
        .. Gates.Where(gate => !gate.Met).Select(gate => Diagnostic.Error(
            gate.Verdict == GateVerdict.Failed ? Codes.GateNotMet : Codes.GateUndecided, gate.Detail, gate.Span)),
    ];
}
