using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Recipes;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tests.Recipes;
using Xunit;

namespace MergeOps.Tests.Planning;

public sealed class PlanDiffTests : IDisposable
{
    private readonly TemporaryModels models = new TemporaryModels().Llama("a", layers: 2).Llama("b", layers: 2);

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_plan_changes_nothing_against_itself()
    {
        var (recipe, plan) = Plan("1");
        var diff = PlanDiff.Against(plan, ReadJobs(PlanJson.Write(recipe, plan))!);
        Assert.Equal(plan.Jobs.Length, diff.Unchanged.Length);
        Assert.Equal(0, diff.BytesToMake);
    }

    [Fact]
    public void A_changed_filter_changes_the_tensors_that_it_touches()
    {
        var (recipe, earlier) = Plan("1");
        var diff = PlanDiff.Against(Plan("2").Plan, ReadJobs(PlanJson.Write(recipe, earlier))!);
        Assert.Equal(["model.layers.0.mlp.up_proj.weight", "model.layers.1.mlp.up_proj.weight"], diff.Changed);
        Assert.Equal(2 * 6 * 4 * sizeof(float), diff.BytesToMake);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"tensors\":7}")]
    [InlineData("not json")]
    [InlineData("{\"tensors\":[{\"name\":\"w\"}]}")]
    [InlineData("{\"tensors\":[],\"tensors\":[]}")]
    public void Another_file_is_no_plan(string text)
    {
        var refused = Assert.Throws<MergeOpsException>(() => ReadJobs(text));
        Assert.Equal(Codes.EarlierPlanUnreadable, refused.Diagnostic.Code);
    }

    [Fact]
    public void A_manifest_is_left_to_its_own_reader() => Assert.Null(ReadJobs("{\"tensors\":{}}"));

    private static IReadOnlyDictionary<string, string>? ReadJobs(string text) => PlanJson.ReadJobs(Encoding.UTF8.GetBytes(text), "other.json");

    private (Recipe Recipe, MergePlan Plan) Plan(string weight)
    {
        var path = models.Recipe($$"""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters:
                  weight:
                    - filter: mlp
                      value: {{weight}}
                    - value: 1
            """);
        var (recipe, diagnostics) = RecipeReader.Read(path, RecipeText.Catalogue);
        return (recipe!, Planner.Plan(recipe!, ModelMetadataReader.Read(TestEnvironment.OfThisProcess, recipe!, null, diagnostics), diagnostics)!);
    }
}
