using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Evaluation.Data;

/// <summary>The metrics that a task file of lm-evaluation-harness asks for, which are those that its kind of task has here.</summary>
/// <param name="task">The recipe's task.</param>
/// <param name="mistakes">Takes the mistakes.</param>
internal sealed class HarnessMetrics(TaskSettings task, DiagnosticBag mistakes)
{
    /// <summary>Checks <c>metric_list</c>; mistakes go into the bag.</summary>
    /// <param name="file">The task file.</param>
    /// <param name="form">What its output type is here; null where that is not known.</param>
    public void Check(HarnessFile file, HarnessForm? form)
    {
        if (form is null || !file.Entries.TryGetValue("metric_list", out var list) || CoreSchema.IsNull(list.Value))
        {
            return;
        }

        foreach (var entry in list.Value is YamlSequence { Items: var items } ? items : [list.Value])
        {
            if (entry is not YamlMapping { Entries: var keys } || !keys.Any(key => key.Key.Text == "metric"))
            {
                Refuse($"An entry of 'metric_list' is a mapping with 'metric', such as '- metric: {form.Metrics[0].Name}'; this is {ValueReader.Describe(entry)}.", HarnessFile.PlaceOf(entry));
                continue;
            }

            var name = keys.First(key => key.Key.Text == "metric").Value;
            if (form.Metrics.Concat(OfOthers(form)).FirstOrDefault(known => name is YamlScalar { Text: var asked } && asked == known.Name) is not { } metric)
            {
                var names = form.Metrics.Select(known => known.Name).ToList();
                Refuse(
                    name is YamlScalar { Text: var unknown }
                        ? $"The metric {TerminalText.Quoted(unknown)} is not measured by tasks of the kind '{task.Kind.Name}' here, which have {string.Join(", ", names)}.{NearestName.Suggestion(unknown, names)}"
                        : $"'metric' must be a name; this is {ValueReader.Describe(name)}.",
                    HarnessFile.PlaceOf(name));
                continue;
            }

            foreach (var (key, value) in keys.Where(key => key.Key.Text != "metric"))
            {
                var isKept = (key.Text, value) switch
                {
                    ("aggregation", YamlScalar { Text: var aggregation }) => aggregation == metric.Aggregation,
                    ("higher_is_better", YamlScalar flag) => CoreSchema.Flag(flag) == metric.HigherIsBetter,
                    _ => false,
                };
                if (!isKept)
                {
                    Refuse(
                        $"'{key.Text}' of '{metric.Name}' cannot be kept: it has 'aggregation: {metric.Aggregation}', 'higher_is_better: {(metric.HigherIsBetter ? "true" : "false")}' and no other settings.",
                        HarnessFile.PlaceOf(key));
                }
            }
        }
    }

    // a file of one output type may ask for what two kinds measure; each task takes what its own kind has
    private IEnumerable<HarnessForm.Measure> OfOthers(HarnessForm form) => EvaluationCatalogue.Default.Tasks
        .Where(kind => kind.Name != task.Kind.Name && kind.Harness?.OutputType == form.OutputType).SelectMany(kind => kind.Harness!.Metrics);

    private void Refuse(string detail, SourceSpan place) => mistakes.Error(Codes.HarnessTaskUnusable, detail, place);
}
