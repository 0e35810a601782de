using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Search;
using MergeOps.Sources;

namespace MergeOps.Pipeline.Stages;

/// <summary>The plans of a search's points: of one recipe and one reading of its models.</summary>
/// <param name="recipe">The recipe, without its numbers.</param>
/// <param name="models">What is known of its models.</param>
/// <param name="stages">The plans of the stages before it, which no point changes.</param>
internal sealed class PointPlans(Recipe recipe, ImmutableArray<ModelMetadata> models, StagePlans stages)
{
    /// <summary>The recipe with the numbers of a point.</summary>
    public Recipe RecipeAt(ImmutableArray<double> values) => SearchSpace.At(recipe, values) with { Search = null };

    /// <summary>The plan of a point; null where it cannot be merged, and why is in the bag.</summary>
    public MergePlan? At(ImmutableArray<double> values, DiagnosticBag found) => Planner.Plan(RecipeAt(values), models, found, stages);

    /// <summary>The plan of a point, or why there is none.</summary>
    public (MergePlan? Plan, string WhyNot) TryAt(ImmutableArray<double> values)
    {
        DiagnosticBag found = [];
        var plan = At(values, found);
        return (plan, plan is not null ? "" : found.First(finding => finding.Severity is Severity.Error).Detail);
    }
}
