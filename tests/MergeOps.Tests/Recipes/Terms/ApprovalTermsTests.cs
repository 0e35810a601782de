using MergeOps.Diagnostics;
using MergeOps.Recipes.Terms;
using Xunit;

namespace MergeOps.Tests.Recipes.Terms;

public sealed class ApprovalTermsTests
{
    // comments that were written before the terms followed from the declarations hold digests of this text
    private const string Terms = """
        {
          "description": null,
          "evaluate": {
            "external": [
              {
                "metric": "acc,none",
                "name": "swag",
                "task": null
              }
            ],
            "tasks": [],
            "texts": []
          },
          "gates": [
            {
              "against": null,
              "margin": 0.5,
              "max": null,
              "metric": "swag.acc",
              "min": null,
              "notWorseThan": "base"
            }
          ],
          "name": "small",
          "publish": {
            "branch": null,
            "folder": null,
            "hub": "acme/small",
            "pullRequest": true,
            "visibility": "private"
          },
          "version": "1.0.0"
        }

        """;

    [Fact]
    public void The_terms_of_a_recipe_are_the_text_that_older_comments_hold_digests_of()
    {
        var (recipe, found) = RecipeText.Read("""
            version: "1.0.0" # not 2
            name: small
            merge_method: linear
            models:
              - model: org/one
                parameters: { weight: 1 }
            evaluate:
              external: [{ metric: "acc,none", name: swag }]
            gates:
              - { not_worse_than: base, margin: 0.50, metric: swag.acc }
            publish: { pull_request: 1, hub: acme/small, visibility: private }
            """);

        Assert.True(recipe is not null, string.Join('\n', found));
        Assert.Equal(Terms.ReplaceLineEndings("\n"), CanonicalJson.Write(ApprovalTerms.Of(recipe, RecipeText.Catalogue)));
    }
}
