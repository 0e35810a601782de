using MergeOps.Diagnostics;

namespace MergeOps.Pipeline.Stages;

/// <summary>An error that one stage found, as the machine of the next one tells it.</summary>
/// <param name="Code">Its code, such as <c>MOPS844</c>.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Line">Where it is in the recipe, from 1; 0 where it is elsewhere.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="EndLine">The line where that place ends.</param>
/// <param name="EndColumn">The column behind its end.</param>
internal sealed record HandedFinding(string Code, string Detail, int Line, int Column, int EndLine, int EndColumn)
{
    /// <summary>The error as it is handed on: folders of this machine mean nothing on another.</summary>
    /// <param name="error">The error.</param>
    /// <param name="recipe">The recipe's path here.</param>
    public static HandedFinding Of(Diagnostic error, string recipe) => error.Span is { } span && span.Path == recipe
        ? new(error.Code.Id, error.Detail, span.Line, span.Column, span.EndLine, span.EndColumn)
        : new(error.Code.Id, error.Detail, 0, 0, 0, 0);

    /// <summary>The error; null where this version of the program has no such code.</summary>
    /// <param name="recipe">The recipe's path here.</param>
    public Diagnostic? ToDiagnostic(string recipe) => Codes.ById.TryGetValue(Code, out var code)
        ? Diagnostic.Error(code, Detail, new SourceSpan(recipe, Line, Column, EndLine, EndColumn))
        : null;
}
