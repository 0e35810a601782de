namespace Cake.MergeOps;

/// <summary>How a merged model compares with its parents, and what the gates say.</summary>
/// <param name="Recipe">The recipe's name.</param>
/// <param name="Verdict"><c>passed</c>, <c>failed</c>, or <c>undecided</c> when no gate fails and the items cannot decide one.</param>
/// <param name="Models">The base, the parents, their plain average and the merged model.</param>
/// <param name="Gates">The recipe's gates.</param>
public sealed record MergeOpsEvaluation(
    string Recipe, string Verdict, IReadOnlyList<MergeOpsEvaluatedModel> Models, IReadOnlyList<MergeOpsGate> Gates)
{
    internal const string PassedVerdict = "passed";

    /// <summary>Gets a value indicating whether every gate is met.</summary>
    public bool Passed => Verdict == PassedVerdict;
}

/// <summary>A model and its figures.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Role">Its role in the merge, such as <c>merged</c>.</param>
/// <param name="Figures">Its figures by metric, such as <c>mean.accuracy</c>; null when it could not be measured.</param>
public sealed record MergeOpsEvaluatedModel(string Name, string Role, IReadOnlyDictionary<string, MergeOpsFigure>? Figures = null);

/// <summary>A measured number.</summary>
/// <param name="Value">The number; null when there is none.</param>
/// <param name="Interval">Its 95 % interval, lower and upper end; null when there is none.</param>
public sealed record MergeOpsFigure(double? Value = null, IReadOnlyList<double>? Interval = null);

/// <summary>A bound that must hold before anything is published.</summary>
/// <param name="Metric">What is bounded.</param>
/// <param name="Verdict"><c>passed</c>, <c>failed</c> or <c>undecided</c>.</param>
/// <param name="Detail">What was measured against what, as a sentence.</param>
/// <param name="Measured">What was measured.</param>
public sealed record MergeOpsGate(string Metric, string Verdict, string Detail, MergeOpsFigure Measured)
{
    /// <summary>Gets a value indicating whether it holds beyond doubt.</summary>
    public bool Met => Verdict == MergeOpsEvaluation.PassedVerdict;
}
