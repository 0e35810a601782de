using MergeOps.Recipes.Importing;
using Xunit;

namespace MergeOps.Tests.Recipes.Importing;

public sealed class CardRecipeTests
{
    [Theory]
    [InlineData("# A\n\n```yaml\nmerge_method: linear\nmodels: []\n```\n", "merge_method: linear\nmodels: []\n")]
    [InlineData("```\nls\n```\n\n~~~\nmodels: []\nmerge_method: ties\n~~~\n", "models: []\nmerge_method: ties\n")]
    [InlineData("- a\n\n  ```yaml\n  models:\n    - model: a/b\n  merge_method: ties\n  ```\n", "models:\n  - model: a/b\nmerge_method: ties\n")]
    [InlineData("```yaml\r\nmerge_method: linear\r\n```\r\n", "merge_method: linear\n")]
    public void The_first_block_with_a_method_is_the_recipe(string card, string recipe) => Assert.Equal(recipe, CardRecipe.Find(card));

    [Theory]
    [InlineData("")]
    [InlineData("merge_method: linear")]
    [InlineData("```yaml\nmodels: []\n```\n")]
    public void A_card_may_show_none(string card) => Assert.Null(CardRecipe.Find(card));
}
