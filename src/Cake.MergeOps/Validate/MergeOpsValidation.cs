namespace Cake.MergeOps;

/// <summary>What <c>mergeops validate</c> found in all recipes, in source order.</summary>
/// <param name="Diagnostics">Every finding.</param>
public sealed record MergeOpsValidation(IReadOnlyList<MergeOpsDiagnostic> Diagnostics);

/// <summary>One finding.</summary>
/// <param name="Code">Its stable code, such as <c>MOPS104</c>.</param>
/// <param name="Severity"><c>error</c>, <c>warning</c>, <c>note</c> or <c>accepted</c>.</param>
/// <param name="Summary">What kind of finding it is.</param>
/// <param name="Detail">What exactly it is, why, and what to do.</param>
/// <param name="Path">The file; null where there is none.</param>
/// <param name="Line">The line from 1; null where the whole file is meant.</param>
/// <param name="Column">The column from 1, in characters; null where the whole file is meant.</param>
public sealed record MergeOpsDiagnostic(string Code, string Severity, string Summary, string Detail, string? Path, int? Line, int? Column)
{
    /// <summary>The finding as one line, in the form that editors and build servers understand.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        $"{Path ?? "mergeops"}{(Line is null ? "" : $"({Line},{Column})")}: {Severity} {Code}: {Summary}. {Detail}";
}
