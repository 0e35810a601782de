using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Models on the Hub of which a recipe takes everything but the weights, which are then never fetched.</summary>
public sealed class HubConfigOnlyTests : IAsyncLifetime
{
    private HubUser user = null!;

    public async ValueTask InitializeAsync() => user = (await HubUser.StartAsync()).Llama("org/base").Llama("org/one").Llama("org/two");

    public ValueTask DisposeAsync() => user.DisposeAsync();

    public static TheoryData<string> Recipes =>
    [
        """
        merge_method: linear
        base_model: org/base
        models:
          - { model: org/one, parameters: { weight: 0.5 } }
          - { model: org/two, parameters: { weight: 0.5 } }
        """,
        """
        merge_method: passthrough
        base_model: org/base
        slices:
          - sources:
              - { model: org/one, layer_range: [0, 2] }
        """,
        """
        merge_method: linear
        models:
          - { model: org/base, parameters: { weight: 0 } }
          - { model: org/one, parameters: { weight: 1 } }
        """,
        """
        merge_method: task_arithmetic
        base_model: org/base
        models:
          - { model: org/one, parameters: { weight: 0 } }
          - { model: org/two, parameters: { weight: 0 } }
        """,
        """
        merge_method: slerp
        base_model: org/base
        models:
          - { model: org/one }
        parameters: { t: 0 }
        """,
    ];

    [Theory]
    [MemberData(nameof(Recipes))]
    public async Task A_model_whose_weights_the_merge_does_not_read_need_not_be_here(string recipe)
    {
        var path = user.Recipe(recipe);

        Assert.Equal(0, (await user.RunAsync("lock", path)).ExitCode);
        var merged = await user.RunAsync("merge", path, "--out", user["merged"]);
        var run = await user.RunAsync("run", path);

        Assert.True(merged.ExitCode == 0, merged.Error);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.True(File.Exists(user["merged/model.safetensors"]));
    }
}
