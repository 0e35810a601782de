namespace MergeOps.Diagnostics;

/// <summary>A value and the place in a text file that gave it.</summary>
internal sealed record Located<T>(T Value, SourceSpan Span);
