using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tests.Recipes;
using Xunit;

namespace MergeOps.Tests.Methods;

/// <summary>Each method has a page, tests and a recipe that runs.</summary>
public sealed class MethodRecipesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-");

    public static TheoryData<string> Methods => [.. MethodCatalogue.Default.Names];

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_recipe_of_a_method_merges_without_a_finding(string name)
    {
        var (recipe, diagnostics) = RecipeReader.Read(Path.Combine(Repository.Root, "recipes", name + ".yml"), RecipeText.Catalogue);
        Assert.Empty(diagnostics);
        Assert.Equal(name, recipe!.MergeMethod.Value.Name);
        var plan = Planner.Plan(recipe, ModelMetadataReader.Read(TestEnvironment.OfThisProcess, recipe, null, diagnostics), diagnostics);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Severity != Severity.Note);
        Assert.Contains(plan!.Jobs, job => job.MethodName == name);

        var merged = MergeEngine.Run(
            plan, new MergeOptions { Output = Path.Combine(folder.FullName, "merged") }, null, TestContext.Current.CancellationToken);

        Assert.True(File.Exists(Path.Combine(merged.Folder, "model.safetensors")));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_method_has_tests_of_its_own(string name)
    {
        var type = MethodCatalogue.Default.Find(name)!.GetType().Name;

        Assert.True(File.Exists(Path.Combine(Repository.Root, "tests", "MergeOps.Tests", "Methods", type + "Tests.cs")), type);
    }
}
