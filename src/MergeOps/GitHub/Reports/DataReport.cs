using System.Collections.Immutable;
using MergeOps.Evaluation.Data;

namespace MergeOps.GitHub.Reports;

/// <summary>What a task or text holds.</summary>
/// <param name="Digest">SHA-256 of its file, lower-case hex.</param>
/// <param name="Count">Items of a task, lines of a text.</param>
/// <param name="Groups">Groups of related items; of a text its lines.</param>
internal sealed record DataSize(string Digest, long Count, long Groups);

/// <summary>A task or text that a recipe's models are measured on, and what it was on the base branch.</summary>
/// <param name="Name">Its name in the recipe.</param>
/// <param name="Unit"><c>item</c> or <c>line</c>.</param>
internal sealed record DataReport(string Name, string Unit)
{
    /// <summary>The unit of a task.</summary>
    public const string Items = "item";

    /// <summary>The unit of a text.</summary>
    public const string Lines = "line";

    /// <summary>What it holds; null when the recipe does not measure on it any more.</summary>
    public DataSize? Now { get; init; }

    /// <summary>What it held on the base branch; null when that did not measure on it, or was not there to be compared with.</summary>
    public DataSize? Before { get; init; }

    /// <summary>All of a recipe's data, in its order.</summary>
    public static ImmutableArray<DataReport> Of(EvaluationData data) =>
    [
        .. data.Tasks.Select(task => new DataReport(task.Name, Items) { Now = new(task.Digest, task.Items.Length, task.Groups.Count) }),
        .. data.Texts.Select(text => new DataReport(text.Name, Lines) { Now = new(text.Digest, text.Lines, text.Lines) }),
    ];

    /// <summary>The data of a recipe beside those that it has on the base branch, those that are gone last.</summary>
    public static ImmutableArray<DataReport> Compare(ImmutableArray<DataReport> now, ImmutableArray<DataReport> before) =>
    [
        .. now.Select(data => data with { Before = before.FirstOrDefault(data.IsSame)?.Now }),
        .. before.Where(data => !now.Any(data.IsSame)).Select(data => data with { Now = null, Before = data.Now }),
    ];

    private bool IsSame(DataReport other) => (Name, Unit) == (other.Name, other.Unit);
}
