using MergeOps.Calibration.Data;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Sources;

namespace MergeOps.Pipeline.Stages;

/// <summary>Looks at the data that statistics are measured on, as far as they lie beside the recipe; models are not looked at.</summary>
internal static class CheckCalibration
{
    private const int MostNamed = 3;

    /// <summary>Looks at the data of a recipe and its stages.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="test">What its merged model is measured on.</param>
    /// <param name="found">Takes the mistakes.</param>
    public static void Run(Recipe recipe, EvaluationData test, DiagnosticBag found)
    {
        var settings = recipe.Documents.SelectMany(document => document.Calibrations).DistinctBy(block => block.Span).ToList();
        var isMeasured = IsMeasured(recipe);
        foreach (var block in settings)
        {
            var away = isMeasured ? block.Data.Where(file => !HubFileReference.IsOne(file.Value) && !File.Exists(Path.GetFullPath(file.Value, recipe.Folder))).ToList() : [];
            foreach (var file in away)
            {
                found.Note(Codes.CalibrationDataAway, $"There is no file {TerminalText.Quoted(file.Value)}. The statistics that the merge needs are here; only `mergeops measure` would read the data.", file.Span);
            }

            var here = block with { Data = [.. block.Data.Where(file => !HubFileReference.IsOne(file.Value) && !away.Contains(file))] };
            if (!here.Data.IsEmpty && CalibrationData.Read(here, recipe.Folder, hub: null, found) is { } data)
            {
                Examine(data, test, found);
            }
        }
    }

    private static void Examine(CalibrationData data, EvaluationData test, DiagnosticBag found)
    {
        if (data.Settings.Variant?.Value == FisherVariants.Exact && data.Items.FirstOrDefault(item => item is not PromptItem) is { } other)
        {
            found.Error(
                Codes.CalibrationItemMalformed,
                $"'variant: {FisherVariants.Exact}' puts each of the labels after a prompt, and {other.Place} has no 'prompt'.",
                data.Settings.Span);
        }

        var repeated = data.Items.GroupBy(item => TaskKind.Alike(IdentityOf(item))).Where(same => same.Count() > 1).ToList();
        if (repeated.Count > 0)
        {
            var more = repeated.Sum(same => same.Count() - 1);
            found.Warning(
                Codes.CalibrationItemsDoubtful,
                $"{more} of {data.Items.Length} items {(more == 1 ? "repeats" : "repeat")} an earlier one, and count{(more == 1 ? "s" : "")} again in every mean: {Named(repeated.Select(same => same.ElementAt(1).Place))}. Remove them, unless they are meant to weigh more.",
                data.Settings.Span);
        }

        var tested = test.Tasks
            .SelectMany(task => task.Kind is TaskKind kind ? task.Items.Select(kind.BeginningOf).OfType<string>().Select(text => (Text: text, task.Name)) : [])
            .DistinctBy(item => item.Text).ToDictionary(item => item.Text, item => item.Name, StringComparer.Ordinal);
        var shared = data.Items.Where(item => BeginningOf(item) is { } text && tested.ContainsKey(text)).ToList();
        if (shared.Count > 0)
        {
            found.Warning(
                Codes.CalibrationItemsDoubtful,
                $"{shared.Count} of {data.Items.Length} items are also items of the test task '{tested[BeginningOf(shared[0])!]}': {Named(shared.Select(item => item.Place))}. A merge that learned from them scores too well on them. Use other data.",
                data.Settings.Span);
        }
    }

    // nobody needs data of which all that follows is there
    private static bool IsMeasured(Recipe recipe)
    {
        var needed = recipe.Documents.SelectMany(document => ReferencedStatistics.Of(document).Select(need => need.IsOnHub || File.Exists(need.PathIn(document)))).ToList();
        return needed.Count > 0 && needed.TrueForAll(isHere => isHere);
    }

    private static string IdentityOf(CalibrationItem item) => item switch
    {
        TextItem text => text.Text,
        DocumentItem document => document.Text,
        PromptItem prompt => $"{prompt.Prompt}\0{prompt.Completion}",
        ConversationItem conversation => string.Join('\0', conversation.Messages.Select(message => $"{message.Role}\0{message.Content}")),
        _ => item.Place,
    };

    private static string? BeginningOf(CalibrationItem item) => item switch
    {
        TextItem text => TaskKind.WithoutSpace(text.Text),
        PromptItem prompt => TaskKind.WithoutSpace(prompt.Prompt),
        _ => null,
    };

    private static string Named(IEnumerable<string> places)
    {
        var named = places.Take(MostNamed + 1).ToList();
        return string.Join(", ", named.Take(MostNamed)) + (named.Count > MostNamed ? ", …" : "");
    }
}
