using System.Globalization;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline.Verbs;
using MergeOps.Tensors;

namespace QuickstartModels;

/// <summary>
/// Merge methods side by side: experts of several seeds on the committed base, merged by each method. Where a method has a
/// λ, the validation items choose it; the test items are asked once.
/// </summary>
/// <param name="text">The stories whose loss says what was forgotten.</param>
/// <param name="report">Hears how far it is.</param>
internal sealed class Comparison(string text, Action<string> report) : IDisposable
{
    private const int Seeds = 3;
    private const int CalibrationItems = 40;
    private const long Memory = 1 << 30;
    private const string Begin = "<!-- measured by build/QuickstartModels -->";
    private const string End = "<!-- end -->";

    private static readonly double[] Lambdas = [0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 6, 8];

    private static readonly Entry[] Entries =
    [
        new("average", "merge_method: linear\nparameters: { weight: 1 }\n") { Expected = 1 },
        new("fisher", "merge_method: fisher\n") { Expected = 2, Statistic = StatisticKind.Fisher },
        new("task_arithmetic", "merge_method: task_arithmetic\nparameters: { weight: 1, lambda: LAMBDA }\n") { Expected = 3 },
        new("ties", "merge_method: ties\nparameters: { weight: 1, density: 0.2, lambda: LAMBDA }\n"),
        new("tsv", "merge_method: tsv\nparameters: { lambda: LAMBDA }\n") { Expected = 4 },
        new("regmean", "merge_method: regmean\n") { Expected = 5, Statistic = StatisticKind.Gram },
        new("iso_c", "merge_method: iso_c\nparameters: { lambda: LAMBDA }\n") { Expected = 5 },
        new("wudi", "merge_method: wudi\n") { Expected = 5 },
        new("regmean_plus", "merge_method: regmean_plus\n") { Statistic = StatisticKind.MergedGram },
        new("pcb", "merge_method: pcb\nparameters: { density: 0.1, lambda: LAMBDA }\n"),
        new("gradient", "merge_method: gradient\nparameters: { epochs: 10, learning_rate: 0.001, patience: 3 }\n") { Statistic = StatisticKind.Update },
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-comparison-");
    private readonly HostEnvironment environment = HostEnvironment.OfThisProcess();

    /// <summary>Measures, and writes the table into the page.</summary>
    /// <param name="origin">The folder of the quickstart, with the base and the tasks.</param>
    /// <param name="page">The page.</param>
    public async Task RunAsync(string origin, string page)
    {
        List<Result> results = [];
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var experts = Trained(Path.Combine(origin, "base"), seed);
            foreach (var entry in Entries)
            {
                results.Add(await OfAsync(entry, seed, Path.GetFullPath(origin), experts));
                report($"seed {seed}, {entry.Name}{(results[^1].Lambda is { } lambda ? $", λ = {lambda}" : "")}: {results[^1].Measured}");
            }
        }

        var written = await File.ReadAllTextAsync(page);
        var (from, to) = (written.IndexOf(Begin, StringComparison.Ordinal), written.IndexOf(End, StringComparison.Ordinal));
        await File.WriteAllTextAsync(page, $"{written[..from]}{Begin}\n\n{Table(results)}\n{written[to..]}");
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Delete(recursive: true);

    private string[] Trained(string origin, int seed)
    {
        using var model = HuggingFaceFolder.Read(origin);
        return
        [
            .. SkillTask.All.Index().Select(task =>
            {
                using var expert = Training.Expert(model, task.Item, (1000 * seed) + task.Index, line => report($"seed {seed}, {line}"));
                var place = Path.Combine(folder.FullName, $"{seed}-{task.Item.Name}");
                HuggingFaceFolder.Write(place, expert);
                return place;
            }),
        ];
    }

    private async Task<Result> OfAsync(Entry entry, int seed, string origin, string[] experts)
    {
        double? best = null;
        if (entry.HasLambda)
        {
            List<(double Lambda, double Mean)> tried = [];
            foreach (var lambda in Lambdas)
            {
                tried.Add((lambda, (await MeasuredAsync(entry, lambda, origin, experts, ItemSplit.Validation)).Mean));
            }

            best = tried.MaxBy(point => point.Mean).Lambda;
        }

        return new(entry, seed, best, await MeasuredAsync(entry, best, origin, experts, ItemSplit.Test));
    }

    private async Task<Measurement> MeasuredAsync(Entry entry, double? lambda, string origin, string[] experts, ItemSplit split)
    {
        var output = Path.Combine(folder.FullName, "merged");
        foreach (var task in SkillTask.All)
        {
            var items = $"{task.Name}.validation.jsonl";
            File.Copy(Path.Combine(origin, "tasks", items), Path.Combine(folder.FullName, items), overwrite: true);
        }

        var recipe = Path.Combine(folder.FullName, "recipe.yml");
        await File.WriteAllTextAsync(recipe, RecipeOf(entry, lambda, origin, experts));
        if (entry.Statistic is { } kind)
        {
            DiagnosticBag wrong = [];
            _ = await new MeasureRecipe(environment, new(kind, Model: null, Output: null, Memory), new Silence(), wrong, CancellationToken.None).RunAsync(recipe)
                ?? throw new MergeOpsException(wrong.First());
        }

        var merge = new MergeRecipe(environment, new MergeOptions { Output = output, Threads = 1 });
        var (planned, found) = merge.Plan(recipe);
        await merge.RunAsync(planned ?? throw new MergeOpsException(found.First()), new Silence(), CancellationToken.None);
        try
        {
            using var merged = HuggingFaceFolder.Read(output);
            return Measurement.Of(merged, split, text);
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    private static string RecipeOf(Entry entry, double? lambda, string origin, string[] experts)
    {
        var recipe = new StringBuilder(lambda is { } value ? entry.Recipe.Replace("LAMBDA", value.ToString("R", CultureInfo.InvariantCulture), StringComparison.Ordinal) : entry.Recipe);
        recipe.Append(entry.UsesBase ? $"base_model: {origin}/base\n" : "").Append("models:\n");
        foreach (var (task, place) in SkillTask.All.Zip(experts))
        {
            recipe.Append("  - model: ").Append(place).Append('\n');
            if (entry.Statistic is not null)
            {
                recipe.Append(CultureInfo.InvariantCulture, $"    calibration: {{ data: {task.Name}.validation.jsonl, items: {CalibrationItems} }}\n");
            }
        }

        return recipe.Append("dtype: bfloat16\n").ToString();
    }

    private static string Table(List<Result> results)
    {
        var table = new StringBuilder("| method | mean accuracy | by seed | chosen λ | stories, loss |\n|---|---:|---|---|---:|\n");
        var methods = results.GroupBy(result => result.Entry).Select(method => (method.Key, Results: method.ToList(), Mean: method.Average(result => result.Measured.Mean))).ToList();
        foreach (var (entry, own, mean) in methods.OrderBy(method => method.Mean))
        {
            table.Append(CultureInfo.InvariantCulture, $"| `{entry.Name}` | {100 * mean:F1} % | {string.Join(", ", own.Select(result => (100 * result.Measured.Mean).ToString("F1", CultureInfo.InvariantCulture)))} ")
                .Append(CultureInfo.InvariantCulture, $"| {string.Join(", ", own.Select(result => result.Lambda).OfType<double>())} | {own.Average(result => result.Measured.StoryLoss):F3} |\n");
        }

        var ranked = methods.Where(method => method.Key.Expected > 0).ToList();
        var tau = Kendall([.. ranked.Select(method => (double)method.Key.Expected)], [.. ranked.Select(method => method.Mean)]);
        return table.Append(CultureInfo.InvariantCulture, $"\nKendall's τ of these {ranked.Count} methods against the expected order: {tau:F2}.\n").ToString();
    }

    // τ-b, for orders with ties
    private static double Kendall(double[] x, double[] y)
    {
        var pairs = (from a in Enumerable.Range(0, x.Length) from b in Enumerable.Range(0, a) select (X: Math.Sign(x[a] - x[b]), Y: Math.Sign(y[a] - y[b]))).ToList();
        return pairs.Sum(pair => pair.X * pair.Y) / Math.Sqrt((double)pairs.Count(pair => pair.X != 0) * pairs.Count(pair => pair.Y != 0));
    }

    /// <summary>A method as it is compared.</summary>
    /// <param name="Name">What the table calls it.</param>
    /// <param name="Recipe">The recipe without its models; LAMBDA where the validation items choose.</param>
    private sealed record Entry(string Name, string Recipe)
    {
        /// <summary>Its place in the order that was expected before the run, from the weakest at 1; 0 where none was.</summary>
        public int Expected { get; init; }

        /// <summary>What it needs to know of each expert's data.</summary>
        public StatisticKind? Statistic { get; init; }

        public bool HasLambda => Recipe.Contains("LAMBDA", StringComparison.Ordinal);

        public bool UsesBase => (Statistic is null or StatisticKind.Update) && Name != "average";
    }

    private sealed record Result(Entry Entry, int Seed, double? Lambda, Measurement Measured);
}
