namespace MergeOps.Diagnostics;

/// <summary>A stable code with its fixed summary, which holds no user data so that people learn to recognize it.</summary>
/// <param name="Id">Four letters and three digits, such as <c>MOPS104</c>.</param>
/// <param name="Summary">One sentence without its full stop.</param>
/// <param name="Kind">Who can fix it.</param>
public sealed record DiagnosticCode(string Id, string Summary, FailureKind Kind = FailureKind.Input);
