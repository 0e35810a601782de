namespace Cake.MergeOps;

/// <summary>What every verb of the tool writes.</summary>
/// <typeparam name="TResult">What the verb makes.</typeparam>
/// <param name="Diagnostics">Every finding, in the order in which it was reported.</param>
/// <param name="Result">What the verb made; null when it made nothing.</param>
internal sealed record ToolOutput<TResult>(IReadOnlyList<MergeOpsDiagnostic> Diagnostics, TResult? Result)
    where TResult : class;
