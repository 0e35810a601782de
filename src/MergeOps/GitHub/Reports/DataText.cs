using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Reports;

/// <summary>Words about the data that models are measured on, as Markdown.</summary>
internal static class DataText
{
    /// <summary>What there is: <c>`sums` (120 items in 20 groups)</c>.</summary>
    public static string Of(DataReport data) => $"{MarkdownText.Code(data.Name)} ({Size(data, data.Now!)})";

    /// <summary>What is other than on the base branch: <c>test data of `sums`: 120 → 3 items</c>.</summary>
    public static string Change(DataReport data) => $"test data of {MarkdownText.Code(data.Name)}: " + data switch
    {
        { Now: { } now, Before: { } before } when now.Count != before.Count => $"{Quantity.Count(before.Count)} → {Quantity.Of(now.Count, data.Unit)}",
        { Now: { } now, Before: { } before } when now.Groups != before.Groups => $"{Quantity.Of(now.Count, data.Unit)}, {Quantity.Count(before.Groups)} → {Quantity.Of(now.Groups, "group")}",
        { Now: { } now, Before: not null } => $"{Quantity.Of(now.Count, data.Unit)}, different ones",
        { Now: { } now } => $"new, {Size(data, now)}",
        _ => "gone",
    };

    private static string Size(DataReport data, DataSize size) =>
        Quantity.Of(size.Count, data.Unit) + (size.Groups < size.Count ? $" in {Quantity.Of(size.Groups, "group")}" : "");
}
