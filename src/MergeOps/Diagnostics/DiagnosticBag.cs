using System.Collections;

namespace MergeOps.Diagnostics;

/// <summary>Collects findings in any order and gives them back in source order, files as a whole first, each once.</summary>
internal sealed class DiagnosticBag : IEnumerable<Diagnostic>
{
    private readonly List<Diagnostic> found = [];
    private readonly List<Diagnostic> details = [];

    /// <summary>Whether it has neither findings nor details.</summary>
    public bool IsEmpty => found.Count == 0 && details.Count == 0;

    /// <summary>Whether any finding is an error.</summary>
    public bool HasErrors => found.Exists(d => d.Severity == Severity.Error);

    /// <summary>Adds one finding.</summary>
    public void Add(Diagnostic diagnostic) => found.Add(diagnostic);

    /// <summary>Adds an error.</summary>
    public void Error(DiagnosticCode code, string detail, SourceSpan? span = null) => Add(Diagnostic.Error(code, detail, span));

    /// <summary>Adds a warning.</summary>
    public void Warning(DiagnosticCode code, string detail, SourceSpan? span = null) => Add(Diagnostic.Warning(code, detail, span));

    /// <summary>Adds a note.</summary>
    public void Note(DiagnosticCode code, string detail, SourceSpan? span = null) => Add(Diagnostic.Note(code, detail, span));

    /// <summary>What was seen and needs nobody's attention, in the order in which it was added; it is shown where somebody asks for it, and is no finding.</summary>
    public IReadOnlyList<Diagnostic> Details => details;

    /// <summary>Adds something that needs nobody's attention.</summary>
    public void Detail(DiagnosticCode code, string detail, SourceSpan? span = null) => details.Add(Diagnostic.Note(code, detail, span));

    /// <summary>Adds all that another one has.</summary>
    internal void AddAll(DiagnosticBag others)
    {
        found.AddRange(others.found);
        details.AddRange(others.details);
    }

    /// <summary>Adds several findings.</summary>
    internal void AddAll(IEnumerable<Diagnostic> diagnostics) => found.AddRange(diagnostics);

    /// <summary>Takes findings out again.</summary>
    internal void RemoveAll(Predicate<Diagnostic> match) => found.RemoveAll(match);

    /// <summary>The findings in source order; findings at one place keep the order in which they were added, and what was found twice, such as in a data file of two tasks, is one.</summary>
    public IReadOnlyList<Diagnostic> InSourceOrder() =>
    [
        .. found
            .Distinct()
            .OrderBy(d => d.Span?.Path, StringComparer.Ordinal)
            .ThenBy(d => d.Span?.Line ?? 0)
            .ThenBy(d => d.Span?.Column ?? 0),
    ];

    /// <inheritdoc/>
    public IEnumerator<Diagnostic> GetEnumerator() => InSourceOrder().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
