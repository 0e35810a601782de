using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Gates;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// Foresees from a plan which models can be scored here: config, names and shapes of tensors, and the tokenizer say so before a
/// weight is read. A gate that would have no figure is an error then, and not after hours of merging.
/// </summary>
internal sealed class ScoringForecast(HostEnvironment environment, PlannedRecipe planned)
{
    /// <summary>Whether it is this machine that will score, with every tokenizer on it; otherwise tokenizers of the Hub and memory are left out.</summary>
    public bool IsForThisMachine { get; init; }

    private ForeseenScores Scores => field ??= new(planned, IsForThisMachine);

    /// <summary>Reports what can be foreseen.</summary>
    public void Run(DiagnosticBag found)
    {
        foreach (var file in planned.Data.NotFetched)
        {
            found.Note(Codes.HubFileNotFetched, $"{TerminalText.Quoted(file.Value)} is fetched and read when the merged model is evaluated.", file.Span);
        }

        if (planned.Data.IsEmpty)
        {
            return;
        }

        var merged = Scores.OfPlan(planned, found);
        var figures = new RecipeFigures(planned.Recipe.Evaluate, EvaluationCatalogue.Default);
        var isRefused = false;
        foreach (var gate in planned.Recipe.Gates)
        {
            if (figures.TryFind(gate.Metric.Value, out var figure) && figure.Metric.IsScoredHere && WhyNot(gate, figures, figure, merged) is { } whyNot)
            {
                isRefused = true;
                found.Error(
                    Codes.GateWithoutScore,
                    $"{GateCondition.Of(gate, figure)}: {whyNot.TrimEnd('.')}. Measure it with another harness ('evaluate: {{ external: … }}'), or remove the gate.",
                    gate.Span);
            }
        }

        if (!isRefused)
        {
            Tell(merged, found);
        }
    }

    private void Tell(string? merged, DiagnosticBag found)
    {
        var place = planned.Recipe.Evaluate!.Span;
        if (merged is not null)
        {
            found.Warning(Codes.NotEvaluated, $"The merged model will have no scores: {merged}.", place);
        }

        foreach (var (index, model) in planned.Plan.Models.Index())
        {
            if (Scores.OfModel(index) is { } whyNot)
            {
                found.Note(Codes.NotEvaluated, $"{TerminalText.Quoted(model.Reference.ToString())} will have no scores: {whyNot}.", place);
            }
        }

        if (merged is null && Conversations is { Count: > 0 } asking)
        {
            var tasks = string.Join(" and ", asking.Select(task => $"'{task.Name}'"));
            if (Scores.TemplateOfMerged() is { } ofMerged)
            {
                found.Warning(Codes.NotEvaluated, $"The merged model will have no scores on {tasks}: {ofMerged}.", place);
            }

            foreach (var (index, model) in planned.Plan.Models.Index().Where(model => Scores.OfModel(model.Index) is null))
            {
                if (Scores.TemplateOf(index) is { } whyNot)
                {
                    found.Note(Codes.NotEvaluated, $"{TerminalText.Quoted(model.Reference.ToString())} will have no scores on {tasks}: {whyNot}.", place);
                }
            }
        }
    }

    // what asks in a conversation needs a chat template, and the other tasks do not
    private List<Subject> Conversations => [.. planned.Data.Tasks.Where(task => task.Kind is LanguageTaskKind { IsChat: true })];

    private string? WhyNot(GateSettings gate, RecipeFigures figures, Figure figure, string? merged)
    {
        if (merged is not null)
        {
            return $"the merged model cannot be scored: {merged}";
        }

        var isAsked = Conversations.Exists(task => figures.IsOf(figure, task.Name));
        if (isAsked && Scores.TemplateOfMerged() is { } lack)
        {
            return $"the merged model cannot be given a chat prompt: {lack}";
        }

        var needed = planned.Data.Tasks.Where(task => figure.Metric.NeedsExpert && task.Expert is not null && figures.IsOf(figure, task.Name));
        if (needed.Select(task => Named(planned.Plan.IndexOf(task.Expert!))).FirstOrDefault(whyNot => whyNot is not null) is { } ofNeeded)
        {
            return ofNeeded;
        }

        return (gate.Against ?? gate.NotWorseThan)?.Value switch
        {
            Baselines.Base => Asked(planned.Plan.IndexOf(planned.Recipe.BaseModel!.Value)),
            Baselines.BestParent => Parents.Of(planned.Plan).All.Select(Asked).FirstOrDefault(whyNot => whyNot is not null),
            Baselines.Average => OfAverage(),
            _ => null,
        };

        string? Asked(int model) => Named(model)
            ?? (isAsked && Scores.TemplateOf(model) is { } whyNot ? $"{TerminalText.Quoted(planned.Plan.Models[model].Reference.ToString())} cannot be given a chat prompt: {whyNot}" : null);
    }

    private string? Named(int model) =>
        Scores.OfModel(model) is { } whyNot ? $"{TerminalText.Quoted(planned.Plan.Models[model].Reference.ToString())} cannot be scored: {whyNot}" : null;

    private string? OfAverage() =>
        PlainAverage.Plan(environment, planned, out var whyNot) is not { } average ? $"the plain average cannot be made: {whyNot}"
        : Scores.OfPlan(average, []) is { } reason ? $"the plain average cannot be scored: {reason}"
        : null;
}
