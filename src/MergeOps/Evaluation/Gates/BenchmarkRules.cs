using MergeOps.Diagnostics;
using MergeOps.Evaluation.Figures;
using MergeOps.HuggingFace;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Gates;

/// <summary>What the scores for benchmarks of the Hub must keep, so that the Hub takes them for what they are.</summary>
internal static class BenchmarkRules
{
    private const string Pages = "datasets/";

    /// <summary>Reports every mistake at its place.</summary>
    public static void Check(EvaluationSettings settings, DiagnosticBag diagnostics)
    {
        // names on the Hub never differ by case alone
        var taken = new Dictionary<(string Dataset, string Task), BenchmarkScore>();
        foreach (var score in BenchmarkScore.AllOf(settings))
        {
            var benchmark = score.Benchmark;
            var key = (benchmark.Dataset.Value.ToUpperInvariant(), benchmark.Task.Value);
            if (!IsDataset(benchmark.Dataset.Value))
            {
                Find($"{TerminalText.Quoted(benchmark.Dataset.Value)} is not a data set on the Hub. {Advice(benchmark.Dataset.Value)}", benchmark.Dataset.Span);
            }
            else if (!taken.TryAdd(key, score))
            {
                Find(
                    $"'{taken[key].Figure}' is the score for {TerminalText.Quoted(benchmark.Task.Value)} of '{benchmark.Dataset.Value}' already, and a benchmark has one score of a model. Remove one of the two.",
                    benchmark.Task.Span);
            }

            if (score is { Task: not null, Figure.Metric.CardMeaning: null })
            {
                Find($"'{score.Figure}' says how a model compares with others, and a benchmark needs a score of the model alone. Remove 'benchmark'.", benchmark.Dataset.Span);
            }
            else if (benchmark.Percent is { Value: true } percent && !CanBePercent(score.Figure.Metric.Range))
            {
                Find($"'{score.Figure}' is not a share, so it cannot be given in percent. Remove 'percent'.", percent.Span);
            }
        }

        void Find(string detail, SourceSpan span) => diagnostics.Error(Codes.BenchmarkUnusable, detail, span);
    }

    private static bool IsDataset(string name) => RepositoryName.TryParse(name, RepositoryKind.Dataset) is { Owner: not null };

    // of some scores of other harnesses nothing is known
    private static bool CanBePercent((double Lowest, double Highest) range) =>
        range.Highest is 1 || range is (double.NegativeInfinity, double.PositiveInfinity);

    private static string Advice(string text)
    {
        var name = (Uri.TryCreate(text, UriKind.Absolute, out var page) ? page.AbsolutePath : text).Trim('/');
        name = name.StartsWith(Pages, StringComparison.Ordinal) ? string.Join('/', name[Pages.Length..].Split('/').Take(2)) : name;
        return name != text && IsDataset(name) ? $"Write '{name}'." : "Names have the form OWNER/NAME, such as openai/gsm8k.";
    }
}
