using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tests.Recipes;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>Tests that plan recipes over small models in a temporary folder.</summary>
public abstract class PlanningTests : IDisposable
{
    private protected TemporaryModels Models { get; } = new();

    public void Dispose()
    {
        Models.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected MergePlan Plan(string yaml, TemporaryModels? folder = null)
    {
        var (plan, diagnostics) = TryPlan(yaml, folder ?? Models);
        Assert.True(plan is not null, string.Join("\n", diagnostics));
        return plan;
    }

    private protected Diagnostic Refused(string yaml)
    {
        var (plan, diagnostics) = TryPlan(yaml, Models);
        Assert.Null(plan);
        return Assert.Single(diagnostics, diagnostic => diagnostic.Severity == Severity.Error);
    }

    private protected static (MergePlan? Plan, DiagnosticBag Diagnostics) TryPlan(string yaml, TemporaryModels folder)
    {
        var (recipe, diagnostics) = RecipeReader.Read(folder.Recipe(yaml), RecipeText.Catalogue);
        Assert.True(recipe is not null, string.Join("\n", diagnostics));
        var stages = StagePlans.Of(TestEnvironment.OfThisProcess, recipe, null, diagnostics);
        if (diagnostics.HasErrors)
        {
            return (null, diagnostics);
        }

        var metadata = ModelMetadataReader.Read(TestEnvironment.OfThisProcess, recipe, null, diagnostics, stages.Results);
        return (diagnostics.HasErrors ? null : Planner.Plan(recipe, metadata, diagnostics, stages), diagnostics);
    }

    private protected static TensorJob Job(MergePlan plan, string name) => plan.Jobs.Single(job => job.Name == name);

    private protected static double Number(ResolvedParameters parameters, string name) => parameters.Values.Single(value => value.Parameter.Name == name).Value.Number;

    private protected static JobInput Input(MergePlan plan, string name) => Job(plan, name).Inputs.Single();

    private protected static string ModelOf(MergePlan plan, string name) => plan.Models[Input(plan, name).Model].Reference.ToString();
}
