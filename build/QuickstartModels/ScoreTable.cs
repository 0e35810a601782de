using System.Globalization;

namespace QuickstartModels;

/// <summary>The Markdown table of accuracies by seed on the page of the models.</summary>
internal static class ScoreTable
{
    /// <summary>The heads of the columns.</summary>
    public static readonly string[] Header =
    [
        $"| seed | model | {string.Join(" | ", SkillTask.All.Select(task => task.Name))} | mean |",
        $"|---:|---|{string.Concat(Enumerable.Repeat("---:|", SkillTask.All.Length + 1))}",
    ];

    /// <summary>One model of one seed.</summary>
    public static string Row(int seed, string model, Measurement measured) =>
        $"| {seed} | {model} | {string.Join(" | ", measured.Accuracies.Append(measured.Mean).Select(Percent))} |";

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");
}
