using System.Collections.Immutable;
using MergeOps.Calibration.Data;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Recipes;
using MergeOps.Search.Contract;
using MergeOps.Sources;

namespace MergeOps.Search;

/// <summary>The data of one model's task.</summary>
/// <param name="Model">The model.</param>
/// <param name="Data">Its items.</param>
internal sealed record TaskItems(Located<ModelReference> Model, CalibrationData Data);

/// <summary>What coefficients are learned on: of each model the data that its statistics would be measured on.</summary>
internal static class LearningItems
{
    private const int MostNamed = 3;

    /// <summary>Whether a search learns.</summary>
    public static bool AreNeeded(SearchSettings search) => ((Searcher)search.Searcher.Value).Learns is not null;

    /// <summary>The models whose coefficients are learned, each once, with what the recipe says of their data.</summary>
    public static ImmutableArray<(Located<ModelReference> Model, CalibrationSettings? Settings)> SettingsOf(Recipe recipe) =>
    [
        .. recipe.Modules.SelectMany(module => module.Models)
            .Where(input => input.Model.Value != recipe.BaseModel?.Value)
            .GroupBy(input => input.Model.Value)
            .Select(same => (same.First().Model, same.Select(input => input.Calibration).FirstOrDefault(own => own is not null) ?? recipe.Calibration)),
    ];

    /// <summary>The files of all of them.</summary>
    public static IEnumerable<Located<string>> FilesOf(Recipe recipe) => SettingsOf(recipe).SelectMany(model => model.Settings?.Data ?? []);

    /// <summary>Reads every file, each once; nothing where mistakes went into the bag.</summary>
    /// <param name="recipe">A recipe whose search learns.</param>
    /// <param name="hub">The files on the Hub, which were fetched; null where there are none.</param>
    /// <param name="diagnostics">Takes the mistakes.</param>
    public static ImmutableArray<TaskItems> Read(Recipe recipe, LockedHubFiles? hub, DiagnosticBag diagnostics)
    {
        var models = SettingsOf(recipe);
        var read = models.Select(model => model.Settings!).Distinct().ToDictionary(settings => settings, settings => CalibrationData.Read(settings, recipe.Folder, hub, diagnostics));
        return read.ContainsValue(null) ? [] : [.. models.Select(model => new TaskItems(model.Model, read[model.Settings!]!))];
    }

    /// <summary>Reports prompts without answers where answers are learned.</summary>
    /// <param name="items">What is learned on.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    public static void RequireAnswers(ImmutableArray<TaskItems> items, DiagnosticBag diagnostics)
    {
        foreach (var data in items.Select(task => task.Data).Distinct())
        {
            if (data.Items.FirstOrDefault(item => item is TextItem { IsPrompt: true } or PromptItem { Completion: null }) is { } open)
            {
                diagnostics.Error(
                    Codes.CalibrationItemMalformed,
                    $"{char.ToUpperInvariant(open.Place[0])}{open.Place[1..]} is a prompt without a completion, and the completion is what is learned. Give each row a 'label', a 'completion' or an 'answer'; 'adamerging' learns without them.",
                    data.Settings.Span);
            }
        }
    }

    /// <summary>Reports items that are learned on and then judge what was learned.</summary>
    /// <param name="items">What is learned on.</param>
    /// <param name="validation">The objective's items.</param>
    /// <param name="test">What the merged model is measured on.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    public static void CheckApart(ImmutableArray<TaskItems> items, EvaluationData validation, EvaluationData test, DiagnosticBag diagnostics)
    {
        foreach (var (judges, what) in new[] { (validation, "validation"), (test, "test") })
        {
            var judged = judges.Subjects.SelectMany(subject => TextsOf(subject).Select(text => (text, subject.Name))).DistinctBy(each => each.text).ToDictionary(each => each.text, each => each.Name, StringComparer.Ordinal);
            foreach (var data in items.Select(task => task.Data).Distinct())
            {
                var shared = data.Items.Select(TextOf).Where(judged.ContainsKey).Distinct(StringComparer.Ordinal).ToList();
                if (shared.Count > 0)
                {
                    diagnostics.Error(
                        Codes.LearnedItemsShared,
                        $"{shared.Count} of the {data.Items.Length} items that coefficients are learned on are also among the {what} items of '{judged[shared[0]]}': "
                            + $"{string.Join(", ", shared.Take(MostNamed).Select(TerminalText.Quoted))}{(shared.Count > MostNamed ? ", …" : "")}. They cannot judge what was learned from them. Remove them from one of the two files.",
                        data.Settings.Span);
                }
            }
        }
    }

    private static IEnumerable<string> TextsOf(Subject subject) => subject is TextData text
        ? [TaskKind.WithoutSpace(text.Text)]
        : subject.Kind is TaskKind kind ? subject.Items.Select(kind.BeginningOf).OfType<string>() : [];

    private static string TextOf(CalibrationItem item) => TaskKind.WithoutSpace(item switch
    {
        TextItem { Text: var text } => text,
        DocumentItem { Text: var text } => text,
        PromptItem { Prompt: var prompt } => prompt,
        ConversationItem conversation => conversation.Messages[^2].Content,
        _ => "",
    });
}
