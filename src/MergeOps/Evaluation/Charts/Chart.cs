using System.Collections.Immutable;

namespace MergeOps.Evaluation.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What is measured, a text from outside.</param>
/// <param name="Note">What that is to the merge; may be empty.</param>
/// <param name="Value">The figure with its interval in words, or why there is none.</param>
/// <param name="Track">What is drawn; null where there is no figure.</param>
internal sealed record ChartRow(string Name, string Note, string Value, Track? Track)
{
    /// <summary>How far the bar reaches along the scale, from 0 to 1; null where there is none.</summary>
    public double? Share { get; init; }

    /// <summary>Whether the row stands out.</summary>
    public bool IsStrong { get; init; }
}

/// <summary>Rows over one scale: all that is drawn, for a page and for an image alike.</summary>
/// <param name="Title">What is shown, a text from outside.</param>
/// <param name="Note">What of it, and on how much; may be empty.</param>
/// <param name="Rows">At least one.</param>
/// <param name="Scale">What the rows are drawn over.</param>
internal sealed record Chart(string Title, string Note, ImmutableArray<ChartRow> Rows, Scale Scale)
{
    /// <summary>A word beside the title, such as a verdict, with the class that colors it; null for none.</summary>
    public (string Word, string Name)? Tag { get; init; }

    /// <summary>A sentence below; may be empty.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Whether any row has a figure.</summary>
    public bool IsDrawn => Rows.Any(row => row.Track is not null);
}
