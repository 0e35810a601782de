using MergeOps.Diagnostics;
using MergeOps.Evaluation.Charts;
using MergeOps.Evaluation.Contract;

namespace MergeOps.Evaluation.Reports;

/// <summary>The examples on the page. What they hold comes from data files and models, and stays text.</summary>
internal sealed class PageExamples(EvaluationReport report)
{
    /// <summary>A longer text is cut in its middle.</summary>
    private const int MostCharacters = 600;

    /// <summary>All tasks, each closed until somebody opens it.</summary>
    public HtmlText Write() => HtmlText.Join(TaskExamples.Of(report).Select(examples => HtmlText.Of($"""
        <details class="task">
        <summary>{examples.Task}: {string.Join(", ", examples.Groups.Select(group => $"{group.Count} {Lower(group.Title)}"))}{(examples.Other is { } other ? $" since {other.Name} ({ReportText.Role(other)})" : "")}</summary>
        {HtmlText.Join(examples.Groups.Where(group => group.Count > 0).Select(group => Group(group, examples.Other)))}</details>

        """)));

    private HtmlText Group(ExampleGroup group, ModelResult? other) => HtmlText.Of($"""
        <h3>{group.Title}</h3>
        <ul class="examples">
        {HtmlText.Join(group.Examples.Select(example => Example(example, other)))}</ul>

        """);

    private HtmlText Example(ItemExample example, ModelResult? other) => HtmlText.Of($"""
        <li class="chart"><p class="asked">{Shown(example.Item.Asked)}</p>
        <dl>
        <div><dt>expected</dt><dd class="asked">{Shown(example.Item.Expected)}</dd></div>
        {Answer(report.Recipe, example.Merged)}{(example.Other is { } others ? Answer(other!.Name, others) : HtmlText.Empty)}</dl></li>

        """);

    private static HtmlText Answer(string model, ExampleAnswer answer) => HtmlText.Of($"""
        <div><dt>{model}</dt><dd><span class="verdict {(answer.IsRight ? "yes" : "no")}">{(answer.IsRight ? "right" : "wrong")}</span>{(answer.Text is { } text ? HtmlText.Of($" <span class=\"asked\">{Shown(text)}</span>") : HtmlText.Empty)}</dd></div>

        """);

    private static HtmlText Shown(string text) => HtmlText.Lines(SecretText.Redact(TerminalText.Shortened(text, MostCharacters)));

    private static string Lower(string title) => char.ToLowerInvariant(title[0]) + title[1..];
}
