using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>What changes a plan, and what does not.</summary>
public sealed class PlanDigestTests : PlanningTests
{
    [Fact]
    public void The_digest_hangs_on_decisions_and_not_on_the_folder()
    {
        const string Recipe = """
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters: { weight: WEIGHT }
            """;
        Models.Llama("a", layers: 2).Llama("b", layers: 2);
        using var elsewhere = new TemporaryModels();
        elsewhere.Llama("a", layers: 2).Llama("b", layers: 2);

        var one = Plan(Recipe.Replace("WEIGHT", "2", StringComparison.Ordinal));
        Assert.Equal(one.Digest, Plan(Recipe.Replace("WEIGHT", "2.0", StringComparison.Ordinal), elsewhere).Digest);
        Assert.NotEqual(one.Digest, Plan(Recipe.Replace("WEIGHT", "3", StringComparison.Ordinal)).Digest);
    }

    [Fact]
    public void A_changed_coefficient_for_one_layer_changes_that_layers_jobs_only()
    {
        const string Recipe = """
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters:
                  weight:
                    - filter: layers.1.
                      value: WEIGHT
                    - value: 1
            """;
        Models.Llama("a", layers: 3).Llama("b", layers: 3);
        var before = Plan(Recipe.Replace("WEIGHT", "2", StringComparison.Ordinal));
        var after = Plan(Recipe.Replace("WEIGHT", "3", StringComparison.Ordinal));
        var changed = before.Jobs.Zip(after.Jobs).Where(pair => pair.First.Digest != pair.Second.Digest).Select(pair => pair.First.Name);
        Assert.Equal(["model.layers.1.mlp.up_proj.weight", "model.layers.1.self_attn.q_proj.weight"], changed);
    }
}
