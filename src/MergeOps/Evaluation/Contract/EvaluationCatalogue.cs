using System.Collections.Immutable;

namespace MergeOps.Evaluation.Contract;

/// <summary>The kinds of tasks and the metrics that there are.</summary>
internal sealed class EvaluationCatalogue
{
    private static readonly Lazy<EvaluationCatalogue> Discovered = new(() => new(
        EvaluationPage.Tasks.Instances<TaskKind>(), EvaluationPage.Metrics.Instances<ItemMetric>()));

    private readonly ImmutableArray<ItemMetric> found;

    /// <summary>A catalogue of the given ones.</summary>
    public EvaluationCatalogue(IEnumerable<TaskKind> tasks, IEnumerable<ItemMetric> metrics)
    {
        Tasks = [.. tasks.OrderBy(kind => kind.Name, StringComparer.Ordinal)];
        found = [.. metrics.OrderBy(metric => metric.Name, StringComparer.Ordinal)];
    }

    /// <summary>Every kind and every metric of this library.</summary>
    public static EvaluationCatalogue Default => Discovered.Value;

    /// <summary>The kinds of tasks in ordinal order of their names.</summary>
    public ImmutableArray<TaskKind> Tasks { get; }

    /// <summary>The metrics in ordinal order of their names, those of single kinds too.</summary>
    public IEnumerable<Metric> Metrics => Tasks.SelectMany(kind => kind.Metrics).Concat(found).Distinct().OrderBy(metric => metric.Name, StringComparer.Ordinal);

    /// <summary>What is measured on a kind of task or text, in the order in which people read it.</summary>
    public IEnumerable<Metric> MetricsOf(SubjectKind kind) => kind.Metrics.Concat(found.Where(metric => metric.AppliesTo(kind))).Distinct();
}
