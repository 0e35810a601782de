using MergeOps.Recipes.Schema;
using Xunit;

namespace MergeOps.Tests.Recipes.Schema;

public sealed class KeyPageTests
{
    [Fact]
    public void The_page_of_keys_says_what_the_declarations_say()
    {
        var page = Path.Combine(Repository.Root, "src", "MergeOps", "Recipes", "Keys.md");

        Assert.Equal(KeyPage.Write(RecipeText.Catalogue), File.ReadAllText(page).ReplaceLineEndings("\n"));
    }
}
