using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Recipes;

/// <summary>Checkpoints of a training run, as trainers lay them down.</summary>
[RunsAlone("runs the command line")]
public sealed class SeriesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public SeriesTests()
    {
        foreach (var step in new[] { 1000, 500, 2000 })
        {
            folder.Write($"run/checkpoint-{step}/model.safetensors", File.ReadAllBytes(Repository.Data("Torch", "weights.safetensors")));
        }

        folder.Write("run/checkpoint-last.txt", "text"u8);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_series_is_the_list_of_its_checkpoints_in_the_order_of_their_numbers()
    {
        var recipe = Recipe("glob: ./run/checkpoint-*", "schedule: linear");

        var explained = CommandLineRun.Of("explain", recipe, "model.norm.weight");

        Assert.Equal(0, explained.ExitCode);
        Assert.Equal(
            ["./run/checkpoint-500  share 0.1667", "./run/checkpoint-1000  share 0.3333", "./run/checkpoint-2000  share 0.5"],
            explained.Output.Split('\n').Where(line => line.Contains("share", StringComparison.Ordinal)).Select(line => line.Trim()));
    }

    [Fact]
    public void A_series_gives_the_plan_of_the_list_that_somebody_would_have_written()
    {
        var series = CommandLineRun.Of("plan", Recipe("glob: run/checkpoint-?000", "schedule: ema"), "--format", "json");
        folder.Write("list.yml", "merge_method: checkpoint_average\nmodels:\n  - model: run/checkpoint-1000\n  - model: run/checkpoint-2000\nparameters: { schedule: ema }\n"u8);
        var list = CommandLineRun.Of("plan", folder["list.yml"], "--format", "json");

        Assert.Equal(DigestIn(list), DigestIn(series));
    }

    [Theory]
    [InlineData("./run/checkpoint-*", "", "The checkpoints were saved at the steps 500, 1000, 2000, and the weights of 'checkpoint_average' assume equal distances.")]
    [InlineData("./run/checkpoint-?000", "", null)]
    [InlineData("./run/checkpoint-?000", "base_model: ./run/checkpoint-2000", null)]
    public void Checkpoints_at_unequal_distances_are_a_warning(string glob, string more, string? warning)
    {
        foreach (var step in new[] { 500, 1000, 2000 })
        {
            folder.Write($"run/checkpoint-{step}/trainer_state.json", System.Text.Encoding.UTF8.GetBytes($$"""{ "best_metric": null, "epoch": 1.0, "global_step": {{step}}, "log_history": [{ "global_step": 7 }] }"""));
        }

        var recipe = Recipe($"glob: {glob}", "schedule: linear");
        File.AppendAllText(recipe, more + "\n");

        var run = CommandLineRun.Of("plan", recipe);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(warning is not null, run.Error.Contains("warning MOPS462", StringComparison.Ordinal));
        Assert.Contains(warning ?? "", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("glob: ./run/step-*", "MOPS118", "No model matches './run/step-*'.")]
    [InlineData("glob: ./run/checkpoint-500", "MOPS112", "needs '*' or '?' in its last part")]
    [InlineData("glob: ./r*/checkpoint-500", "MOPS112", "needs '*' or '?' in its last part")]
    [InlineData("glob: /run/checkpoint-*", "MOPS112", "relative to the recipe's")]
    [InlineData("golb: ./run/checkpoint-*", "MOPS112", "'models' is a list of '- ' entries")]
    [InlineData("{ glob: ./run/checkpoint-*, last: 3 }", "MOPS107", "last")]
    public void A_series_that_is_none_is_refused_at_its_place(string models, string code, string words)
    {
        var run = CommandLineRun.Of("validate", Recipe(models, "schedule: equal"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error {code}", run.Output, StringComparison.Ordinal);
        Assert.Contains(words, run.Output, StringComparison.Ordinal);
    }

    private static string DigestIn(CommandLineRun run) =>
        System.Text.RegularExpressions.Regex.Match(run.Output, "\"digest\": ?\"([0-9a-f]{64})\"", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;

    private string Recipe(string models, string parameters) => folder.Write("recipe.yml", System.Text.Encoding.UTF8.GetBytes(
        $"merge_method: checkpoint_average\nmodels: {(models.StartsWith('{') ? models : $"{{ {models} }}")}\nparameters: {{ {parameters} }}\n"));
}
