using System.Diagnostics.CodeAnalysis;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Tasks;
using MergeOps.Recipes;

namespace MergeOps.Evaluation.Figures;

/// <summary>Every figure that a recipe's tasks, texts and scores of others give; gates name them.</summary>
internal sealed class RecipeFigures
{
    private readonly List<Figure> all;
    private readonly Dictionary<string, Figure> byName;
    private readonly HashSet<string> tasks;

    /// <summary>The figures of a recipe's settings.</summary>
    public RecipeFigures(EvaluationSettings? settings, EvaluationCatalogue catalogue)
    {
        // names that are taken twice are an error of the recipe, and the first one holds meanwhile
        all = [.. settings is null ? [] : Of(settings, catalogue).DistinctBy(figure => figure.ToString())];
        tasks = [.. settings?.Tasks.Select(task => task.Name.Value) ?? []];
        byName = all.ToDictionary(figure => figure.ToString(), StringComparer.Ordinal);
    }

    /// <summary>All of them: of the tasks in order, their mean, the texts, the scores of others.</summary>
    public IReadOnlyList<Figure> All => all;

    /// <summary>What each task and text is measured by first, and the scores of others.</summary>
    public IEnumerable<Figure> Leading => all.Where(figure => !figure.IsMean).GroupBy(figure => figure.Subject)
        .SelectMany(ofSubject => ofSubject.Where((figure, index) => index == 0 || !figure.Metric.IsScoredHere));

    /// <summary>The mean of what each kind of task is measured by first, in the tasks' order.</summary>
    public static IEnumerable<Figure> Headlines(IEnumerable<Subject> tasks) =>
        tasks.Select(task => new Figure(Figure.Mean, task.Kind.Metrics[0])).Distinct();

    /// <summary>Finds a figure by its name.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out Figure? figure) => byName.TryGetValue(name, out figure);

    /// <summary>Whether a task or text is one that a figure is taken of.</summary>
    public bool IsOf(Figure figure, string subject) =>
        figure.IsMean ? tasks.Contains(subject) && byName.ContainsKey(new Figure(subject, figure.Metric).ToString()) : subject == figure.Subject;

    /// <summary>What to say of a name that is no figure: the part that is wrong, its valid values and the nearest one.</summary>
    public string Explain(string name)
    {
        if (all.Count == 0)
        {
            return $"'{name}' cannot be measured: the recipe's 'evaluate' has no task and no text.";
        }

        var subjects = all.Select(figure => figure.Subject).Distinct().ToList();
        var dot = name.LastIndexOf('.');
        var (subject, metric) = dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..]);
        if (!subjects.Contains(subject, StringComparer.Ordinal))
        {
            return $"'{subject}' is not a task or text here; there are {Listed(subjects)}.{(NearestName.Of(subject, subjects) is { } meant ? Suggestion(meant, metric) : "")}";
        }

        return $"'{name}' is not measured; of '{subject}' there are {Listed(MetricsOf(subject))}.{Suggestion(subject, metric)}";
    }

    // what another task is measured by is no answer
    private string Suggestion(string subject, string metric) =>
        (MetricsOf(subject).Contains(metric, StringComparer.Ordinal) ? metric : NearestName.Of(metric, MetricsOf(subject))) is { } nearest ? $" Did you mean '{subject}.{nearest}'?" : "";

    private IEnumerable<string> MetricsOf(string subject) => all.Where(figure => figure.Subject == subject).Select(figure => figure.Metric.Name);

    private static IEnumerable<Figure> Of(EvaluationSettings settings, EvaluationCatalogue catalogue)
    {
        var ofTasks = settings.Tasks
            .SelectMany(task => catalogue.MetricsOf(TaskKind.Of(task)).Select(metric => new Figure(task.Name.Value, metric)))
            .ToList();
        return ofTasks
            .Concat(ofTasks.Select(figure => new Figure(Figure.Mean, figure.Metric)))
            .Concat(settings.Texts.SelectMany(text => catalogue.MetricsOf(PlainText.Instance).Select(metric => new Figure(text.Name.Value, metric))))
            .Concat(settings.External.Select(ExternalMetric.Of).Select(external => external.Figure));
    }

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
