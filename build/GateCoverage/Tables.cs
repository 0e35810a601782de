using System.Globalization;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace GateCoverage;

/// <summary>The tables of the gates' page, row by row; each row can be made alone.</summary>
internal static class Tables
{
    private static readonly double[] Accuracies = [0.5, 0.8, 0.95, 1];
    private static readonly double[] Discordances = [0, 0.05, 0.2];
    private static readonly int[] Counts = [1, 5, 20, 50, 200];
    private static readonly double[] AccuraciesOfTasks = [0.5, 0.8, 0.95];

    // so that groups of 6 can decide too: 20 and 200 of them
    private static readonly (int GroupSize, int[] Counts)[] Groupings = [(1, Counts), (6, [1, 5, 20, 50, 120, 200, 1200])];

    /// <summary>Every table, in the page's order.</summary>
    public static IEnumerable<(string Title, string Head, Func<string>[] Rows)> All =>
    [
        (
            "One model's accuracy: coverage / false passes",
            "| items | in groups of | p = 0.5 | p = 0.8 | p = 0.95 | p = 1 |",
            [.. Groupings.SelectMany(grouping => grouping.Counts.Select(items => (Func<string>)(() => Share(items, grouping.GroupSize))))]),
        (
            "Two models' accuracies on the same items: coverage / false passes / undecided",
            "| items | in groups of | first model's p | discordance 0 | 5 % | 20 % |",
            [.. from grouping in Groupings from items in grouping.Counts from accuracy in Accuracies select (Func<string>)(() => Difference(items, grouping.GroupSize, accuracy))]),
        (
            "Mean accuracy over three tasks with p = 0.5, 0.8 and 0.95",
            "| items of a task | in groups of | coverage / false passes / undecided |",
            [.. from grouping in Groupings from items in Counts.Where(items => items >= 20) select (Func<string>)(() => MeanOfTasks(items, grouping.GroupSize))]),
        (
            "Mean of differences of losses: coverage / false passes / undecided",
            $"| items | {string.Join(" | ", Losses.All.Select(losses => losses.Name))} |",
            [.. Counts.Select(items => (Func<string>)(() => Loss(items)))]),
        (
            "A model that is truly 5 points worse: passes / fails / undecided",
            "| items | in groups of | `margin: 0`, discordance 5 % | 20 % | `margin: 0.05`, discordance 5 % | 20 % |",
            [.. Groupings.SelectMany(grouping => grouping.Counts.Select(items => (Func<string>)(() => Worse(items, grouping.GroupSize))))]),
        (
            "A model that is truly 10 points better, `against`, `min: 0`: passes / fails / undecided",
            "| items | in groups of | discordance 10 % | 15 % | 20 % | 30 % |",
            [.. Groupings.SelectMany(grouping => grouping.Counts.Where(items => items >= 20).Select(items => (Func<string>)(() => Better(items, grouping.GroupSize))))]),
    ];

    private static string Share(int items, int size) => Row(
        [$"{items}", $"{size}", .. Accuracies.Select(accuracy =>
        {
            var tally = Tally.Of(Name("share", items, size, accuracy), accuracy, Answers.Of(accuracy, 0, items, size).Share);
            return $"{Tally.Percent(tally.Coverage)} / {Tally.Percent(tally.FalsePasses)}";
        })]);

    private static string Difference(int items, int size, double accuracy) => Row(
        [$"{items}", $"{size}", Number(accuracy), .. Discordances.Select(discordance =>
        {
            var answers = Answers.Of(accuracy, discordance, items, size);
            return Three(Tally.Of(Name("difference", items, size, accuracy, discordance), answers.Gained - answers.Lost, answers.Difference));
        })]);

    private static string MeanOfTasks(int items, int size)
    {
        Answers[] tasks = [.. AccuraciesOfTasks.Select(accuracy => Answers.Of(accuracy, 0, items, size))];
        var groups = (items + size - 1) / size;
        return Row([$"{items}", $"{size}", Three(Tally.Of(Name("mean", items, size), tasks.Average(task => task.Accuracy), draws => Measured.Of(
            SquareAndAdd.Mean([.. tasks.Select(task => task.Estimate(draws))]), new SampleSize(3 * items, 3 * groups))))]);
    }

    private static string Loss(int items) => Row(
        [$"{items}", .. Losses.All.Select(losses => Three(Tally.Of(Name(losses.Name, items), 0, draws => losses.Mean(items, draws))))]);

    private static string Worse(int items, int size) => Row([$"{items}", $"{size}", .. Verdicts("worse", items, size, gain: -0.05, margin: 0, [0.05, 0.2]), .. Verdicts("worse", items, size, gain: -0.05, margin: 0.05, [0.05, 0.2])]);

    private static string Better(int items, int size) => Row([$"{items}", $"{size}", .. Verdicts("better", items, size, gain: 0.1, margin: 0, [0.1, 0.15, 0.2, 0.3])]);

    private static IEnumerable<string> Verdicts(string what, int items, int size, double gain, double margin, double[] discordances) =>
        discordances.Select(discordance =>
        {
            var answers = new Answers((discordance + gain) / 2, (discordance - gain) / 2, 0.7, items, size);
            var (passed, failed, undecided) = Tally.Verdicts(Name(what, items, size, margin, discordance), -margin, answers.Difference);
            return $"{Tally.Percent(passed)} / {Tally.Percent(failed)} / {Tally.Percent(undecided)}";
        });

    private static string Three(Tally tally) => $"{Tally.Percent(tally.Coverage)} / {Tally.Percent(tally.FalsePasses)} / {Tally.Percent(tally.Undecided)}";

    private static string Name(string what, params double[] numbers) => $"{what} {string.Join(' ', numbers.Select(Number))}";

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
