using MergeOps.Diagnostics;
using MergeOps.Recipes.Importing;
using MergeOps.Recipes.Yaml;
using Xunit;

namespace MergeOps.Tests.Recipes.Importing;

public sealed class CardRecipeTests
{
    [Theory]
    [InlineData("# A\n\n```yaml\nmerge_method: linear\nmodels: []\n```\n", "merge_method: linear\nmodels: []\n")]
    [InlineData("```\nls\n```\n\n~~~\nmodels: []\nmerge_method: ties\n~~~\n", "models: []\nmerge_method: ties\n")]
    [InlineData("- a\n\n  ```yaml\n  models:\n    - model: a/b\n  merge_method: ties\n  ```\n", "models:\n  - model: a/b\nmerge_method: ties\n")]
    [InlineData("```yaml\r\nmerge_method: linear\r\n```\r\n", "merge_method: linear\n")]
    public void The_first_block_with_a_method_is_the_recipe(string card, string recipe) => Assert.Equal(recipe, Find(card)?.Now.Text);

    [Fact]
    public void A_place_in_the_recipe_is_a_place_in_the_card()
    {
        var recipe = Find("# A\r\n\r\n- here:\r\n\r\n  ~~~yaml\r\n  models: []\r\n  merge_method: 🦙 ties\r\n  ~~~\r\n")!;

        Assert.Equal("models: []\nmerge_method: 🦙 ties\n", recipe.Now.Text);
        Assert.Equal(new SourceSpan("README.md", 7, 17, 7, 23), recipe.PlaceOf(new SourceSpan("", 2, 15, 2, 21)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("merge_method: linear")]
    [InlineData("```yaml\nmodels: []\n```\n")]
    public void A_card_may_show_none(string card) => Assert.Null(Find(card));

    private static ImportedText? Find(string card) => CardRecipe.Find(ImportedText.Of(new SourceText("README.md", card)));
}
