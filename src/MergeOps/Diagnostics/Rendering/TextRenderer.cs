namespace MergeOps.Diagnostics.Rendering;

/// <summary>
/// <c>path(line,col): error MOPS104: Summary. Detail</c>, the form that MSBuild and editors understand.
/// Further lines of a detail are indented, so that no line begins with text from outside.
/// </summary>
internal static class TextRenderer
{
    /// <summary>One finding without the final line break.</summary>
    public static string Render(Diagnostic diagnostic) =>
        $"{Origin(diagnostic.Span)}: {diagnostic.Mark()} "
        + diagnostic.Message().Replace("\n", "\n    ", StringComparison.Ordinal);

    private static string Origin(SourceSpan? span) => span switch
    {
        null => "mergeops",
        { HasPosition: true } at => $"{TerminalText.Escape(at.Path)}({at.Line},{at.Column})",
        { } file => TerminalText.Escape(file.Path),
    };
}
