using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tests.Recipes;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>
/// The digests that the recipes of this repository have had since the models that they merge were trained. Approvals, locks and published models
/// hold such digests: one that moves without a change of the recipe, its models or a method's version is a fault.
/// </summary>
[RunsAlone("merges")]
public sealed class FrozenDigestTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, string, string> Recipes
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var cells in File.ReadLines(Repository.Data("Planning", "digests.tsv")).Skip(1).Select(line => line.Split('\t')))
            {
                rows.Add(cells[0], cells[1], cells[2]);
            }

            return rows;
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_keeps_the_digests_of_its_plan_and_of_its_model(string name, string planDigest, string modelDigest)
    {
        var plan = Plan(name);
        var merged = MergeEngine.Run(plan, new MergeOptions { Output = folder["merged"] }, null, TestContext.Current.CancellationToken);

        Assert.Equal(planDigest, plan.Digest);
        Assert.SkipUnless(merged.NumericClass is "cpu" or "cpu-mkl", $"the bytes of {merged.NumericClass} are others than those of cpu and cpu-mkl");
        Assert.Equal(modelDigest, merged.ModelDigest);
    }

    [Fact]
    public void Every_method_is_held_fixed_by_a_recipe() =>
        Assert.Empty(MethodCatalogue.Default.Names.Except(Recipes.Select(row => row.Data.Item1)));

    private static MergePlan Plan(string name)
    {
        var (recipe, diagnostics) = RecipeReader.Read(Path.Combine(Repository.Root, "recipes", name + ".yml"), RecipeText.Catalogue);
        Assert.NotNull(recipe);
        var plan = Planner.Plan(recipe, ModelMetadataReader.Read(TestEnvironment.OfThisProcess, recipe, RecipeLock.Find(TestEnvironment.OfThisProcess, recipe)?.Lock, diagnostics), diagnostics);
        Assert.True(plan is not null, string.Join("\n", diagnostics));
        return plan;
    }
}
