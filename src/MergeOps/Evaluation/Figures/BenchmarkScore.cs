using System.Collections.Immutable;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Figures;

/// <summary>A figure that is a benchmark's score: what a task is measured by first, or a score of another harness.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Benchmark">The benchmark.</param>
internal sealed record BenchmarkScore(Figure Figure, BenchmarkSettings Benchmark)
{
    /// <summary>The task whose figure it is; null where another harness measured it.</summary>
    public TaskSettings? Task { get; private init; }

    /// <summary>All that a recipe names, in its order.</summary>
    public static ImmutableArray<BenchmarkScore> AllOf(EvaluationSettings? settings) => settings is null ? [] :
    [
        .. settings.Tasks.Where(task => task.Benchmark is not null)
            .Select(task => new BenchmarkScore(new(task.Name.Value, TaskKind.Of(task).Metrics[0]), task.Benchmark!) { Task = task }),
        .. settings.External.Where(external => external.Benchmark is not null)
            .Select(external => new BenchmarkScore(ExternalMetric.Of(external).Figure, external.Benchmark!)),
    ];
}
