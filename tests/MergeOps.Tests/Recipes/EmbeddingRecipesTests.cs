using MergeOps.Diagnostics;
using MergeOps.Recipes.Validation;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Recipes;

/// <summary>The recipes of the two real embedding models; those are made on demand by <c>build/EmbeddingModels</c>.</summary>
[RunsAlone("runs the command line, which merges")]
public sealed class EmbeddingRecipesTests
{
    private static readonly string Models = Path.Combine(Repository.Root, "out", "embedding-models");

    public static TheoryData<string> Recipes => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "recipes", "embeddings"), "*.yml").Select(path => Path.GetFileName(path)).Where(name => !name.EndsWith(".lock.yml", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_is_right_but_for_data_that_is_not_here(string name)
    {
        var (_, found) = RecipeReader.Read(PathOf(name), RecipeText.Catalogue);

        Assert.All(found, finding => Assert.Equal(Codes.PathMissing, finding.Code));
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_plans_the_models_as_they_are_made(string name)
    {
        Assert.SkipUnless(Directory.Exists(Models), "build/EmbeddingModels was not run here");

        var run = CommandLineRun.Of("plan", PathOf(name));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("not every model has it, and sentence-transformers does not use it", run.Output, StringComparison.Ordinal);
    }

    private static string PathOf(string name) => Path.Combine(Repository.Root, "recipes", "embeddings", name);
}
