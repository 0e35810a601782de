using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes.Validation;
using MergeOps.Recipes.Yaml;
using Xunit;

namespace MergeOps.Tests.Pipeline.Stages;

public sealed class ReadingCodeTests
{
    [Fact]
    public void What_is_run_for_nothing_finds_nothing_to_complain_of() => Assert.Null(Record.Exception(ReadingCode.Rehearse));

    [Fact]
    public void The_recipe_that_is_read_for_nothing_has_no_mistake_that_would_end_its_reading()
    {
        var (recipe, found) = RecipeReader.Read(new SourceText("recipe.yml", ReadingCode.Recipe), ReadRecipe.Catalogue, []);

        Assert.DoesNotContain(found, finding => finding.Severity is Severity.Error);
        Assert.NotNull(recipe);
    }
}
