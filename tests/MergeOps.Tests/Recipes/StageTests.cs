using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Validation;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Recipes;

/// <summary>Several recipes in one file, in the form of mergekit-multi.</summary>
public sealed class StageTests : IDisposable
{
    private readonly TemporaryModels models = new();

    public void Dispose() => models.Dispose();

    [Fact]
    public void The_unnamed_recipe_is_the_output_wherever_it_stands()
    {
        var recipe = Read($"{Linear("first")}{Linear(null, "first", "second")}{Linear("second", "acme/a", "first")}");

        Assert.Null(recipe.Name);
        Assert.Equal(1, recipe.Document);
        Assert.Equal(["first", "second"], recipe.Stages.Select(stage => stage.Name!.Value));
    }

    [Fact]
    public void Where_all_have_names_the_last_one_that_no_other_uses_is_the_output()
    {
        var recipe = Read($"{Linear("last", "second", "acme/a")}{Linear("second", "acme/a", "first")}{Linear("first")}");

        Assert.Equal("last", recipe.Name!.Value);
        Assert.Equal(["first", "second"], recipe.Stages.Select(stage => stage.Name!.Value));
    }

    [Fact]
    public void A_folder_of_the_same_name_is_not_read_unless_it_is_written_as_a_path()
    {
        models.Llama("first", 1);

        var (recipe, found) = TryRead($"{Linear("first")}{Linear(null, "first", "./first")}");

        var warning = Assert.Single(found);
        Assert.Equal((Codes.StageHidesFolder, Severity.Warning), (warning.Code, warning.Severity));
        Assert.Contains("'./first'", warning.Detail, StringComparison.Ordinal);
        Assert.Equal([true, false], recipe!.Modules[0].Models.Select(input => input.Model.Value.IsStage));
    }

    [Fact]
    public void A_name_that_no_recipe_can_have_hides_no_folder_and_closes_no_circle()
    {
        models.Llama("first", 1);

        var (_, found) = TryRead($"{Linear("./first", "./first")}{Linear(null, "./first")}");

        Assert.Equal([Codes.ValueMalformed], found.Select(finding => finding.Code));
    }

    [Fact]
    public void A_recipe_is_not_called_unused_where_a_mention_cannot_be_read()
    {
        var (_, found) = TryRead($"{Linear("12", "acme/a")}{Linear(null, "12", "acme/b")}");

        Assert.Contains(found, finding => finding.Code == Codes.ModelReferenceInvalid);
        Assert.DoesNotContain(found, finding => finding.Code == Codes.StageUnused);
    }

    [Fact]
    public void An_empty_document_is_none()
    {
        var recipe = Read($"---\n---\n{Linear("only")}---\n");

        Assert.Empty(recipe.Stages);
        Assert.Equal("only", recipe.Name!.Value);
    }

    [Fact]
    public void Mistakes_of_all_recipes_are_found_at_once()
    {
        var (recipe, found) = TryRead($"{Linear("first").Replace("linear", "linaer", StringComparison.Ordinal)}{Linear("second", "first", "third").Replace("weight", "wieght", StringComparison.Ordinal)}{Linear(null, "second", "frist")}");

        Assert.Null(recipe);
        Assert.Equal([Codes.MethodUnknown, Codes.ParameterUnknown, Codes.StageUnknown], found.Where(finding => finding.Severity is Severity.Error).Select(finding => finding.Code));
        Assert.Contains("Did you mean 'first'?", found.Last().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_of_a_stage_can_be_accepted_where_it_stands()
    {
        var (recipe, found) = TryRead($"{Linear("first")}accept:\n  MOPS475: kept for later\n{Linear("left", "acme/a", "first")}{Linear(null, "acme/a", "first")}");

        Assert.NotNull(recipe);
        Assert.Equal(Severity.Accepted, Assert.Single(found).Severity);
    }

    private static string Linear(string? name, string first = "acme/a", string second = "acme/b") =>
        $"---\n{(name is null ? "" : $"name: {name}\n")}merge_method: linear\nmodels:\n  - model: {first}\n  - model: {second}\nparameters:\n  weight: 0.5\n";

    private Recipe Read(string yaml)
    {
        var (recipe, found) = TryRead(yaml);
        Assert.True(recipe is not null, string.Join("\n", found));
        Assert.Empty(found);
        return recipe;
    }

    private (Recipe? Recipe, DiagnosticBag Found) TryRead(string yaml) => RecipeReader.Read(models.Recipe(yaml), RecipeText.Catalogue);
}
