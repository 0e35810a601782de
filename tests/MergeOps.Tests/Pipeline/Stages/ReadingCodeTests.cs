using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes.Validation;
using Xunit;

namespace MergeOps.Tests.Pipeline.Stages;

public sealed class ReadingCodeTests
{
    [Fact]
    public void What_is_run_before_it_is_needed_does_not_fail() => Assert.Null(Record.Exception(ReadingCode.Rehearse));

    [Fact]
    public void The_recipe_that_is_read_before_it_is_needed_has_no_mistake_that_would_end_its_reading()
    {
        var (recipe, found) = RecipeReader.Read(ReadingCode.Recipe, ReadRecipe.Catalogue, []);

        Assert.DoesNotContain(found, finding => finding.Severity is Severity.Error);
        Assert.NotNull(recipe);
    }
}
