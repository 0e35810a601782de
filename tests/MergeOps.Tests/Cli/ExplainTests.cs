using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class ExplainTests : IDisposable
{
    private readonly TemporaryModels models = new();
    private readonly string recipe;

    public ExplainTests() => recipe = models.Llama("base", 3).Llama("one", 3).Recipe("""
        merge_method: slerp
        base_model: ./base
        models:
          - model: ./one
        parameters:
          t:
            - filter: mlp
              value: [0, 1]
            - value: 0.25
        """);

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_tensors_value_is_shown_with_the_line_that_gave_it()
    {
        var run = CommandLineRun.Of("explain", recipe, "model.layers.1.mlp.up_proj.weight");
        Assert.Equal(
            $"""
            model.layers.1.mlp.up_proj.weight  (slerp, t = 0.5)
              t  0.5  {recipe}(8,14)
              ./one
              ./base (base)

            """,
            run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public void A_part_of_a_name_shows_every_tensor_that_holds_it() =>
        Assert.Equal(3, CommandLineRun.Of("explain", recipe, "q_proj").Output.Split("(slerp").Length - 1);

    [Fact]
    public void A_name_that_no_tensor_has_is_answered_with_the_nearest()
    {
        var run = CommandLineRun.Of("explain", recipe, "model.norm.wieght");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Did you mean 'model.norm.weight'?", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_may_be_one_file()
    {
        var single = models.Recipe("""
            merge_method: linear
            models:
              - model: ./base/model.safetensors
                parameters: { weight: 1 }
              - model: ./one/model.safetensors
                parameters: { weight: 3 }
            """, "single.yml");
        Assert.Equal(0, CommandLineRun.Of("lock", single).ExitCode);
        Assert.Equal(0, CommandLineRun.Of("plan", single).ExitCode);
    }
}
