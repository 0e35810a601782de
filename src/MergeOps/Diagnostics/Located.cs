namespace MergeOps.Diagnostics;

/// <summary>A value and the place in a text file that gave it.</summary>
public readonly record struct Located<T>(T Value, SourceSpan Span);
