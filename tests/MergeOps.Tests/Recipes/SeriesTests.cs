using MergeOps.Tensors;
using MergeOps.Tests.Cli;
using MergeOps.Tests.Planning;
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
    [InlineData("./run/checkpoint-*", "", "The checkpoints were saved at the steps 500, 1000, 2000, but the weights of 'checkpoint_average' assume equal distances.")]
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
    [InlineData("epoch-0.5 epoch-0.25 epoch-10.0 epoch-1.75", "epoch-0.25 epoch-0.5 epoch-1.75 epoch-10.0", null)]
    [InlineData("step500 step10k step2k step1k", "step500 step1k step2k step10k", null)]
    [InlineData("tokens-2.5B tokens-500M tokens-1B", "tokens-500M tokens-1B tokens-2.5B", null)]
    [InlineData("v1.2.10 v1.2.9 v1.10.0", "v1.2.9 v1.2.10 v1.10.0", null)]
    [InlineData("epoch_2-step_50 epoch_1-step_1000 epoch_1-step_200", "epoch_1-step_200 epoch_1-step_1000 epoch_2-step_50", null)]
    [InlineData("ckpt_1_000 ckpt_900 ckpt_1_500 ckpt_50", "ckpt_50 ckpt_900 ckpt_1_000 ckpt_1_500", null)]
    [InlineData("ckpt_1_000_000 ckpt_2_500 ckpt_999_000", "ckpt_2_500 ckpt_999_000 ckpt_1_000_000", null)]
    [InlineData("e_1_1000 e_2_100 e_1_900", "e_1_900 e_1_1000 e_2_100", null)]
    [InlineData("checkpoint-1e3 checkpoint-5e2 checkpoint-1e4 checkpoint-1.5e3", "checkpoint-5e2 checkpoint-1e3 checkpoint-1.5e3 checkpoint-1e4", null)]
    [InlineData("step-1e3 step-5000 step-900", "step-900 step-1e3 step-5000", null)]
    [InlineData("step1E4 step9000", "step9000 step1E4", null)]
    [InlineData("t_2e-1 t_1.5e-2 t_0.1", "t_1.5e-2 t_0.1 t_2e-1", null)]
    [InlineData("lr1e-5_s900 lr1e-5_s1000", "lr1e-5_s900 lr1e-5_s1000", null)]
    [InlineData("s1e2 s2e1 s1e10", "s1e2 s1e10 s2e1", "may hold a number with an exponent, or two numbers")]
    [InlineData("s-1 s-2 s-final", "s-1 s-2 s-final", "warning MOPS165: The names of a series are ambiguous. 'final'")]
    [InlineData("s-1 s-01 s-2", "s-01 s-1 s-2", "'s-01' and 's-1' have the same numbers")]
    [InlineData("s-1 s-2 tmp-s-3", "s-1 s-2", "begin with 'tmp-'")]
    [InlineData("s-1 s-2 s-last>s-2", "s-1 s-2", "'s-last' is a link to 's-2'")]
    public void Names_are_ordered_by_their_numbers_and_what_is_unclear_is_told(string names, string order, string? words)
    {
        foreach (var name in names.Split(' ').OrderBy(name => name.Contains('>')))
        {
            if (name.Split('>') is [var link, var target])
            {
                Directory.CreateSymbolicLink(folder[$"series/{link}"], target);
            }
            else
            {
                folder.Write($"series/{name}/model.safetensors", File.ReadAllBytes(Repository.Data("Torch", "weights.safetensors")));
            }
        }

        var explained = CommandLineRun.Of("explain", Recipe("glob: ./series/*/", "schedule: linear"), "model.norm.weight");

        Assert.Equal(0, explained.ExitCode);
        Assert.Equal(
            order.Split(' '),
            explained.Output.Split('\n').Where(line => line.Contains("share", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[0]["./series/".Length..]));
        Assert.Equal(words is not null, explained.Error.Contains("MOPS165", StringComparison.Ordinal));
        Assert.Contains(words?.Replace("'final'", "'s-final' has no number", StringComparison.Ordinal) ?? "", explained.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("100 - 300", false)]
    [InlineData("100 - 300 500", true)]
    [InlineData("100 - 300 400", false)]
    [InlineData("100 200 - 500", true)]
    [InlineData("300 - 100", true)]
    [InlineData("100 - -", false)]
    public void Steps_are_judged_as_far_as_they_are_known(string steps, bool warns)
    {
        foreach (var (index, step) in steps.Split(' ').Index())
        {
            folder.Write($"some/checkpoint-{index}/model.safetensors", File.ReadAllBytes(Repository.Data("Torch", "weights.safetensors")));
            if (step != "-")
            {
                folder.Write($"some/checkpoint-{index}/trainer_state.json", System.Text.Encoding.UTF8.GetBytes($$"""{ "global_step": {{step}} }"""));
            }
        }

        var run = CommandLineRun.Of("plan", Recipe("glob: ./some/*", "schedule: linear"));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(warns, run.Error.Contains("warning MOPS462", StringComparison.Ordinal));
    }

    [Fact]
    public void A_checkpoint_that_was_half_written_is_named()
    {
        folder.Write("run/checkpoint-3000/config.json", "{}"u8);

        var run = CommandLineRun.Of("plan", Recipe("glob: ./run/checkpoint-*", "schedule: equal"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("MOPS302", run.Error, StringComparison.Ordinal);
        Assert.Contains("'./run/checkpoint-3000' holds no safetensors file.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_adapters_of_a_run_are_averaged_on_top_of_the_model_that_they_were_trained_on()
    {
        using var models = new TemporaryModels();
        models.Llama("base", layers: 1);
        foreach (var step in new[] { 500, 1000, 2000 })
        {
            models.Adapter(
                $"run/checkpoint-{step}", """{"peft_type": "LORA", "r": 2, "target_modules": ["q_proj"]}""",
                ("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", DType.F32, [2, 4]), ("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight", DType.F32, [4, 2]))
                .File($"run/checkpoint-{step}", "trainer_state.json", $$"""{ "global_step": {{step}} }""");
        }

        string Recipe(string glob) => models.Recipe($"merge_method: checkpoint_average\nmodels: {{ glob: '{glob}' }}\nparameters: {{ schedule: linear }}\n");

        var explained = CommandLineRun.Of("explain", Recipe("./base+./run/checkpoint-*"), "model.layers.0.self_attn.q_proj.weight");

        Assert.Equal(0, explained.ExitCode);
        Assert.Equal(
            ["./base+./run/checkpoint-500  share 0.1667", "./base+./run/checkpoint-1000  share 0.3333", "./base+./run/checkpoint-2000  share 0.5"],
            explained.Output.Split('\n').Where(line => line.Contains("share", StringComparison.Ordinal)).Select(line => line.Trim()));
        Assert.Contains("saved at the steps 500, 1000, 2000", CommandLineRun.Of("plan", Recipe("./base+./run/checkpoint-*")).Error, StringComparison.Ordinal);

        var refused = CommandLineRun.Of("validate", Recipe("./run/checkpoint-*"));

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("error MOPS327", refused.Output, StringComparison.Ordinal);
        Assert.Contains("`glob: BASE+./run/checkpoint-*`", refused.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("glob: ./run/step-*", "MOPS118", "No model matches './run/step-*'.")]
    [InlineData("glob: './run/checkpoint-[0-9]*'", "MOPS118", "Brackets stand for themselves here: only '*' and '?'")]
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
