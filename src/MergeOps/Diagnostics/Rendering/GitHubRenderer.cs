namespace MergeOps.Diagnostics.Rendering;

/// <summary>Workflow commands, which a runner turns into annotations on the changed lines.</summary>
internal sealed class GitHubRenderer : IDiagnosticRenderer
{
    /// <inheritdoc/>
    public string Format => "github";

    /// <inheritdoc/>
    public void Write(IEnumerable<Diagnostic> diagnostics, TextWriter output)
    {
        foreach (var diagnostic in diagnostics)
        {
            var accepted = diagnostic.Severity is Severity.Accepted ? "accepted " : "";
            output.WriteLine($"::{Command(diagnostic.Severity)} {Properties(diagnostic)}::{accepted}{Data(diagnostic.Message())}");
        }
    }

    /// <summary>A text as what a command says.</summary>
    public static string Data(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Command(Severity severity) => severity is Severity.Note or Severity.Accepted ? "notice" : severity.Word();

    private static string Properties(Diagnostic diagnostic)
    {
        var title = $"title={Property(diagnostic.Code.Id)}";
        return diagnostic.Span switch
        {
            null => title,
            { HasPosition: true } at =>
                $"file={Property(at.Path)},line={at.Line},endLine={at.EndLine},col={at.Column},endColumn={at.EndColumn},{title}",
            { } file => $"file={Property(file.Path)},{title}",
        };
    }

    private static string Property(string text) => Data(text)
        .Replace(":", "%3A", StringComparison.Ordinal)
        .Replace(",", "%2C", StringComparison.Ordinal);
}
