using MergeOps.Recipes.Schema;
using Xunit;

namespace MergeOps.Tests.Recipes.Schema;

public sealed class KeyPageTests
{
    /// <summary>With <c>MERGEOPS_APPROVE=1</c> the page of now is written instead, to be looked at in the diff.</summary>
    [Fact]
    public void The_page_of_keys_says_what_the_declarations_say()
    {
        var page = Path.Combine(Repository.Root, "src", "MergeOps", "Recipes", "Keys.md");
        if (Environment.GetEnvironmentVariable("MERGEOPS_APPROVE") == "1")
        {
            File.WriteAllText(page, KeyPage.Write(RecipeText.Catalogue));
        }

        Assert.Equal(KeyPage.Write(RecipeText.Catalogue), File.ReadAllText(page).ReplaceLineEndings("\n"));
    }
}
