using System.Collections.Frozen;
using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Charts;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Structure;

namespace MergeOps.Evaluation;

/// <summary>A model's scores and the figures made of them.</summary>
internal sealed record ModelReport(ModelResult Result, FrozenDictionary<Figure, Measured> Figures);

/// <summary>What was measured, made by what and when.</summary>
/// <param name="Date">When it was measured, in UTC; files for machines hold no times, so that the same scores give the same bytes.</param>
/// <param name="Program">This program's version, with the commit that it was built from where it knows it.</param>
internal sealed record ReportOrigin(DateTime Date, string Program)
{
    /// <summary>The recipe's file as the user named it.</summary>
    public string? RecipePath { get; init; }

    /// <summary>The recipe's text.</summary>
    public string? RecipeText { get; init; }

    /// <summary>The commit that is checked out where the recipe lies.</summary>
    public string? Commit { get; init; }

    /// <summary>What the recipe says of the model.</summary>
    public string? Description { get; init; }

    /// <summary>The merge method.</summary>
    public string? Method { get; init; }

    /// <summary>The plan's digest.</summary>
    public string? PlanDigest { get; init; }

    /// <summary>The digest of the merged tensors.</summary>
    public string? ModelDigest { get; init; }

    /// <summary>Machines of one class give the same bytes.</summary>
    public string? NumericClass { get; init; }
}

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

    /// <summary>The merged model against its alternatives, by what stands first in a report.</summary>
    public required ImmutableArray<Comparison> Comparisons { get; init; }

    /// <summary>The merged model against its alternatives on each task and text, by what that is measured by first, and by each score of another harness.</summary>
    public ImmutableArray<Comparison> BySubject { get; init; } = [];

    /// <summary>What no gate covers.</summary>
    public UngatedFalls Ungated { get; init; } = UngatedFalls.None;

    /// <summary>Where the merged model comes from; only pages for people say it.</summary>
    public ReportOrigin? Origin { get; init; }

    /// <summary>What the merged files themselves show.</summary>
    public required ImmutableArray<CheckResult> Checks { get; init; }

    /// <summary>The recipe's gates in its order.</summary>
    public required ImmutableArray<GateResult> Gates { get; init; }

    /// <summary>The search that chose numbers of the merged model; null where the recipe has none.</summary>
    public SearchCurve? Curve { get; init; }

    /// <summary>What gates on the models saw of them, drawn; empty where the recipe has no such gates.</summary>
    public HtmlText Geometry { get; init; } = HtmlText.Empty;

    /// <summary>The same for places that show no images; empty likewise.</summary>
    public string GeometryInLetters { get; init; } = "";

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
        .. Gates.Where(gate => !gate.Met).Select(gate => gate.ToDiagnostic()),
    ];
}
