using System.Globalization;
using System.Text;
using MergeOps.Analysis;
using MergeOps.Analysis.Figures;
using MergeOps.Analysis.Spectra;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Charts;
using MergeOps.Evaluation.Reports;
using MergeOps.Merging;
using MergeOps.Merging.InMemory;
using MergeOps.Merging.Writing;
using MergeOps.Models;
using MergeOps.Pipeline.Stages;
using MergeOps.Tensors;

namespace QuickstartModels;

/// <summary>
/// How far an analysis predicts what merging two experts costs: experts of several seeds on the committed base, every pair of
/// each seed merged by several methods, the figures of the pair beside the change of the mean accuracy on its two tasks.
/// </summary>
/// <param name="report">Hears how far it is.</param>
internal sealed class Scatter(Action<string> report) : IDisposable
{
    private const int Seeds = 3;
    private const int Directions = 8;
    private const string Begin = "<!-- measured by build/QuickstartModels -->";
    private const string End = "<!-- end -->";

    private static readonly (string Name, string Recipe)[] Methods =
    [
        ("average", "merge_method: linear\nparameters: {weight: 1}\n"),
        ("task_arithmetic, λ = 0.7", "merge_method: task_arithmetic\nparameters: {weight: 1, lambda: 0.7}\n"),
        ("task_arithmetic, λ = 1", "merge_method: task_arithmetic\nparameters: {weight: 1, lambda: 1}\n"),
        ("ties, density 0.3", "merge_method: ties\nparameters: {weight: 1, density: 0.3}\n"),
        ("dare_linear, density 0.5", "merge_method: dare_linear\nparameters: {weight: 0.7, density: 0.5}\nseed: 1\n"),
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-scatter-");
    private readonly HostEnvironment environment = HostEnvironment.OfThisProcess();

    /// <summary>Measures, and writes the tables into the page and the picture beside it.</summary>
    /// <param name="baseFolder">The base.</param>
    /// <param name="page">The page.</param>
    public async Task RunAsync(string baseFolder, string page)
    {
        using var origin = HuggingFaceFolder.Read(baseFolder);
        List<Point> points = [];
        for (var seed = 1; seed <= Seeds; seed++)
        {
            points.AddRange(await OfSeedAsync(origin, Path.GetFullPath(baseFolder), seed));
        }

        var written = File.ReadAllText(page);
        var (from, to) = (written.IndexOf(Begin, StringComparison.Ordinal), written.IndexOf(End, StringComparison.Ordinal));
        File.WriteAllText(page, $"{written[..from]}{Begin}\n\n{Tables(points)}\n{written[to..]}");
        File.WriteAllText(Path.ChangeExtension(page, ".svg"), Picture(points));
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);

    private async Task<List<Point>> OfSeedAsync(DecoderModel origin, string baseFolder, int seed)
    {
        List<(SkillTask Task, string Folder, double Accuracy)> experts = [];
        foreach (var (index, task) in SkillTask.All.Index())
        {
            using var expert = Training.Expert(origin, task, (1000 * seed) + index, line => report($"seed {seed}, {line}"));
            var place = Path.Combine(folder.FullName, $"{seed}-{task.Name}");
            HuggingFaceFolder.Write(place, expert);
            experts.Add((task, place, Measurement.Accuracy(expert, task, ItemSplit.Test)));
        }

        List<Point> points = [];
        foreach (var (first, second) in from b in Enumerable.Range(1, experts.Count - 1) from a in Enumerable.Range(0, b) select (experts[a], experts[b]))
        {
            double[]? figures = null;
            foreach (var (name, recipe) in Methods)
            {
                var path = Path.Combine(folder.FullName, "recipe.yml");
                await File.WriteAllTextAsync(path, $"{recipe}base_model: {baseFolder}\nmodels:\n  - model: {first.Folder}\n  - model: {second.Folder}\ndtype: bfloat16\n");
                var (planned, found) = PlanMerge.Run(environment, path);
                var known = planned ?? throw new MergeOpsException(found.First());
                figures ??= await FiguresAsync(known);
                var scores = Scored(known, [first.Task, second.Task]);
                points.Add(new($"{seed}: {first.Task.Name} × {second.Task.Name}", name, figures, scores.Average() - ((first.Accuracy + second.Accuracy) / 2)));
                report($"{points[^1].Pair}, {name}: {points[^1].Change:+0.000;−0.000}");
            }
        }

        return points;
    }

    private async Task<double[]> FiguresAsync(PlannedRecipe planned)
    {
        var comparison = new CompareModels(environment, new AnalysisOptions { Spectral = new(Directions), Threads = 1 });
        DiagnosticBag found = [];
        var plan = comparison.Plan(planned, found) ?? throw new MergeOpsException(found.First());
        var (sums, _) = await comparison.RunAsync(planned, plan, new Silence(), CancellationToken.None);
        var spectra = sums.Tensors.Select(entry => entry.Sums.Spectra).OfType<TensorSpectra>().ToList();
        return [.. Predictors.Select(predictor => predictor.Of(sums, spectra))];
    }

    private static (string Name, Func<AnalysisSums, List<TensorSpectra>, double> Of)[] Predictors { get; } =
    [
        ("cosine", (sums, _) => PairFigure.Cosine.Of(sums.Total.Sums, 0, 1)!.Value),
        ("sign_conflict", (sums, _) => PairFigure.SignConflict.Of(sums.Total.Sums, 0, 1)!.Value),
        ("jaccard", (sums, _) => PairFigure.All.First(figure => figure.Name == "jaccard").Of(sums.Total.Sums, 0, 1)!.Value),
        ("l2_distance", (sums, _) => PairFigure.All.First(figure => figure.Name == "l2_distance").Of(sums.Total.Sums, 0, 1)!.Value),
        ("overlap_left", (_, spectra) => SpectralFigure.OfPair[0].MeanOf(spectra, 0)!.Value),
        ("interference", (_, spectra) => SpectralFigure.Interference.MeanOf(spectra, 0)!.Value),
    ];

    private double[] Scored(PlannedRecipe planned, SkillTask[] tasks)
    {
        var model = new MemoryMerge(new MergeOptions { Output = "", Threads = 1 }).Run([planned.Plan], progress: null, CancellationToken.None)[0];
        var beside = Path.Combine(folder.FullName, "beside");
        BesideWeights.Write(beside, model.Plan, []);
        var opened = ModelUse.Language.TryOpen(model.In(beside), Arithmetic.Usual, out var whyNot) as ILanguageModel ?? throw new InvalidOperationException(whyNot);
        return [.. tasks.Select(task => opened.Score([.. ItemSplit.Test.Items(task).Select(item => (item.Prompt, item.Answer))], CancellationToken.None).Average(score => score.IsGreedy ? 1.0 : 0.0))];
    }

    private static string Tables(List<Point> points)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{points.Count} points: {Seeds} seeds, {points.Select(point => point.Pair).Distinct().Count()} pairs, {Methods.Length} methods. The change is the mean accuracy of the merge on the pair's two tasks minus that of the experts on their own, from {points.Min(point => point.Change):+0.000;−0.000} to {points.Max(point => point.Change):+0.000;−0.000}.\n\n");
        text.Append("| figure of the pair | from | to | Pearson | Spearman | 95 % interval of Spearman |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var (index, predictor) in Predictors.Index())
        {
            var values = points.ConvertAll(point => point.Figures[index]);
            var (lower, upper) = Interval(points, index);
            text.Append(CultureInfo.InvariantCulture, $"| `{predictor.Name}` | {values.Min():0.000} | {values.Max():0.000} | {Text(Correlation(values, Changes(points)))} | {Text(Spearman(values, Changes(points)))} | {Text(lower)} to {Text(upper)} |\n");
        }

        text.Append("\nSpearman within each method, and its mean change:\n\n| method | n | mean change |");
        text.AppendJoin("", Predictors.Select(predictor => $" `{predictor.Name}` |")).Append("\n| --- | ---: | ---: |").AppendJoin("", Predictors.Select(_ => " ---: |")).Append('\n');
        foreach (var method in points.GroupBy(point => point.Method))
        {
            List<Point> own = [.. method];
            text.Append(CultureInfo.InvariantCulture, $"| {method.Key} | {own.Count} | {own.Average(point => point.Change):+0.000;−0.000} |")
                .AppendJoin("", Predictors.Select((_, index) => $" {Text(Spearman(own.ConvertAll(point => point.Figures[index]), Changes(own)))} |")).Append('\n');
        }

        return text.ToString();
    }

    // whole pairs are drawn again: the methods of one pair are no independent points
    private static (double Lower, double Upper) Interval(List<Point> points, int figure)
    {
        const int Draws = 2000;
        var random = new Random(1);
        var pairs = points.GroupBy(point => point.Pair).Select(pair => pair.ToList()).ToList();
        var drawn = Enumerable.Range(0, Draws).Select(_ =>
        {
            List<Point> sample = [.. Enumerable.Range(0, pairs.Count).SelectMany(_ => pairs[random.Next(pairs.Count)])];
            return Spearman(sample.ConvertAll(point => point.Figures[figure]), Changes(sample));
        }).Where(double.IsFinite).Order().ToList();
        return (drawn[(int)(0.025 * drawn.Count)], drawn[(int)(0.975 * drawn.Count)]);
    }

    private static List<double> Changes(List<Point> points) => points.ConvertAll(point => point.Change);

    private static double Spearman(List<double> x, List<double> y) => Correlation(Ranks(x), Ranks(y));

    private static List<double> Ranks(List<double> values) => values.ConvertAll(value => values.Count(other => other < value) + ((values.Count(other => other == value) + 1) / 2.0));

    private static double Correlation(List<double> x, List<double> y)
    {
        var (meanX, meanY) = (x.Average(), y.Average());
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / Math.Sqrt(x.Sum(a => (a - meanX) * (a - meanX)) * y.Sum(b => (b - meanY) * (b - meanY)));
    }

    private static string Text(double value) => double.IsFinite(value) ? value.ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture) : "–";

    private static string Picture(List<Point> points)
    {
        const double Width = 640, Height = 420, Left = 60, Top = 24, Plot = 320;
        string[] colors = ["base", "parent", "published", "merged", "average"];
        var (least, most) = (points.Min(point => point.Figures[0]), points.Max(point => point.Figures[0]));
        var (low, high) = (points.Min(point => point.Change), points.Max(point => point.Change));
        return HtmlText.Of($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{Height}" viewBox="0 0 {Width} {Height}" role="img" aria-label="Change of accuracy by cosine, {points.Count.ToString(CultureInfo.InvariantCulture)} merges of two experts">
            <style>
            {new HtmlText(ReportStyle.Image)}</style>
            <rect class="ground" x="0.5" y="0.5" width="{Width - 1}" height="{Height - 1}" rx="8"/>
            {HtmlText.Join(Enumerable.Range(0, 5).Select(tick => HtmlText.Of($"""<line class="grid" x1="{Left}" x2="{Width - 20}" y1="{Top + (Plot * tick / 4)}" y2="{Top + (Plot * tick / 4)}"/><text x="8" y="{Top + (Plot * tick / 4) + 4}">{(high - ((high - low) * tick / 4)).ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture)}</text><text x="{Left + ((Width - Left - 40) * tick / 4)}" y="{Top + Plot + 18}" text-anchor="middle">{(least + ((most - least) * tick / 4)).ToString("0.00", CultureInfo.InvariantCulture)}</text>""")))}
            {HtmlText.Join(points.Select(point => HtmlText.Of($"""<g><title>{point.Pair}, {point.Method}: {point.Change.ToString("+0.000;−0.000", CultureInfo.InvariantCulture)}</title><circle class="bar {colors[Array.FindIndex(Methods, method => method.Name == point.Method)]}" cx="{Left + ((Width - Left - 40) * (point.Figures[0] - least) / (most - least))}" cy="{Top + (Plot * (high - point.Change) / (high - low))}" r="5" fill-opacity="0.8"/></g>""")))}
            {HtmlText.Join(Methods.Select((method, index) => HtmlText.Of($"""<circle class="bar {colors[index]}" cx="{20 + (index % 3 * 205)}" cy="{Top + Plot + 40 + (index / 3 * 18)}" r="5"/><text x="{30 + (index % 3 * 205)}" y="{Top + Plot + 44 + (index / 3 * 18)}">{method.Name}</text>""")))}
            </svg>

            """).Markup;
    }

    private sealed record Point(string Pair, string Method, double[] Figures, double Change);
}
