using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.PostProcessing;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Explaining;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Every parameter's value for the output tensors of a recipe, the lines that gave them, and where the elements of inputs come from.</summary>
internal static class ExplainRecipe
{
    /// <summary>Explains the tensor of a name, or those whose names hold the text, or all; errors go into the bag.</summary>
    public static (IReadOnlyList<RecipeExplanation> Explanations, DiagnosticBag Found) Run(HostEnvironment environment, string recipePath, string? tensor)
    {
        var (recipe, found) = ReadRecipe.Run(recipePath);
        if (recipe is null)
        {
            return ([], found);
        }

        var locked = RecipeLock.Find(environment, recipe);
        if (ChosenNumbers.Apply(recipe, locked, found) is not var (whole, _))
        {
            return ([], found);
        }

        recipe = whole;
        var modelLock = locked?.Lock;
        var stages = StagePlans.Of(environment, recipe, modelLock, found);
        if (found.HasErrors)
        {
            return ([], found);
        }

        var models = ModelMetadataReader.Read(environment, recipe, modelLock, found, stages.Results);
        if (found.HasErrors)
        {
            return ([], found);
        }

        var (laidOut, _, owners) = Planner.LayOut(recipe, models, found, stages);
        var slots = laidOut.OrderBy(slot => slot.Name, StringComparer.Ordinal).ToList();
        var wanted = tensor is null ? slots : slots.FindAll(slot => slot.Name == tensor);
        if (wanted.Count == 0)
        {
            wanted = slots.FindAll(slot => slot.Name.Contains(tensor!, StringComparison.Ordinal));
        }

        if (wanted.Count == 0 && !found.HasErrors)
        {
            found.Error(
                Codes.NoSuchTensor,
                $"No output tensor is called {TerminalText.Quoted(tensor!)} or holds that text.{NearestName.Suggestion(tensor!, slots.Select(slot => slot.Name))}",
                SourceSpan.File(recipePath));
        }

        // what is wrong with a plan `plan` says; parameters are explained all the same
        var jobs = Planner.Plan(recipe, models, [], stages)?.Jobs.ToDictionary(job => job.Name, StringComparer.Ordinal);
        return ([.. wanted.Select(slot => Explain(recipe, slot, jobs?.GetValueOrDefault(slot.Name), owners))], found);
    }

    private static RecipeExplanation Explain(Recipe recipe, OutputSlot slot, TensorJob? job, ImmutableArray<PlannedModel> owners) => RecipeExplanation.Of(
        recipe.MergeMethod.Value,
        slot.Name,
        slot.Position,
        slot.Slice.Levels(recipe),
        slot.Inputs.Select(input => new ExplainedSource(
            input.Participant.Metadata.Model.Value.ToString(),
            input.Name,
            input.Participant is { IsBase: false, Entry: { } entry } && slot.Slice.CopiedBecause is null ? slot.Slice.Levels(recipe, entry) : null,
            Elements(input, job, owners)))) with
    {
        Post = job?.Method is PostProcessedMethod { Steps: var steps } ? [.. steps.Select(step => new ExplainedPost(step.Processor.Name, [.. step.Parameters.Values.Select(value => (value.Parameter.Name, value.Value.ToString()))]))] : [],
        Statistics = job is null ? [] : [.. job.Statistics.Select(statistic => Statistic(statistic, job, owners))],
    };

    private static ExplainedStatistic Statistic(JobStatistic statistic, TensorJob job, ImmutableArray<PlannedModel> owners) => new(
        RecipeKeys.NameOf(statistic.Kind),
        owners[(statistic.Of == JobStatistic.OfBase ? job.Base! : job.Inputs[statistic.Of]).Model].Reference.ToString(),
        statistic.Source?.Reads.Select(stored => owners[stored.Owner].Reference.ToString()).FirstOrDefault(),
        [.. (statistic.Source?.Reads ?? []).Select(stored => stored.Tensor.Name)]);

    private static ExplainedElements? Elements(SlotInput input, TensorJob? job, ImmutableArray<PlannedModel> owners)
    {
        var source = job?.Read.FirstOrDefault(read => read.Model == input.Participant.Model && read.Source.Name == input.Source.Name)?.Source ?? input.Source;
        return source is Stored stored && stored.Origin == new ModelTensor(input.Participant.Model, input.Name) ? null : source.Explain(owner => owners[owner].Reference.WithoutAdapters.ToString());
    }
}
