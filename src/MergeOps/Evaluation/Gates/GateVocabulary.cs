using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Gates;

/// <summary>The words that a recipe's gates may use, given its tasks and texts.</summary>
internal sealed class GateVocabulary(EvaluationSettings? settings)
{
    private readonly Dictionary<string, Metric> byName = All(settings).ToDictionary(metric => metric.ToString(), StringComparer.Ordinal);

    /// <summary>Every metric of the recipe: the tasks in order, their mean, the texts, the scores of others.</summary>
    public IReadOnlyCollection<Metric> Metrics => byName.Values;

    /// <summary>Finds a metric by its name.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out Metric? metric) => byName.TryGetValue(name, out metric);

    /// <summary>What to say of a name that is no metric: the part that is wrong, its valid values and the nearest one.</summary>
    public string Explain(string name)
    {
        if (byName.Count == 0)
        {
            return $"'{name}' cannot be measured: the recipe's 'evaluate' has no task and no text.";
        }

        var subjects = byName.Values.Select(metric => metric.Subject).Distinct().ToList();
        var dot = name.LastIndexOf('.');
        var subject = dot < 0 ? name : name[..dot];
        if (!subjects.Contains(subject, StringComparer.Ordinal))
        {
            return $"'{subject}' is no task or text here; there are {Listed(subjects)}.{NearestName.Suggestion(name, byName.Keys)}";
        }

        var kinds = byName.Values.Where(metric => metric.Subject == subject).Select(metric => metric.Name).ToList();
        return $"'{name}' is not measured; of '{subject}' there are {Listed(kinds)}.{NearestName.Suggestion(name, byName.Keys)}";
    }

    private static IEnumerable<Metric> All(EvaluationSettings? settings)
    {
        if (settings is null)
        {
            return [];
        }

        var tasks = settings.Tasks.Select(task => task.Name.Value).ToList();
        var texts = settings.Texts.Select(text => new Metric(text.Name.Value, MetricKind.Loss));
        return (tasks.Count > 0 ? tasks.Append(Metric.Mean) : tasks)
            .SelectMany(task => Metric.OfTasks.Select(kind => new Metric(task, kind)))
            .Concat(texts)
            .Concat(settings.External.Select(ExternalMetric.Of).Select(external => external.Metric))
            .Distinct();
    }

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
