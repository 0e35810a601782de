using MergeOps.Tensors;
using MergeOps.TestGitHub.Storage;
using MergeOps.Tests.GitHub.Events;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>The stages of an approved recipe on three machines, which share nothing but what they hand to each other.</summary>
public sealed class StagesTests : IAsyncLifetime
{
    private const string Results = """{"results":{"hellaswag":{"acc,none":ACC,"acc_stderr,none":0.004}},"higher_is_better":{"hellaswag":{"acc":true}},"n-samples":{"hellaswag":{"original":10042,"effective":10042}},"versions":{"hellaswag":1}}""";

    private readonly TemporaryFolder handover = new();
    private GitHubWorld world = null!;
    private StoredPull pull = null!;

    public async ValueTask InitializeAsync()
    {
        world = await GitHubWorld.StartAsync();
        world.IsOfProcesses = true;
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        handover.Dispose();
    }

    [Fact]
    public async Task What_one_machine_merged_and_another_scored_without_any_token_a_third_publishes()
    {
        await ApproveAsync(0.75);
        var matrix = (await StepAsync("matrix", "first")).Ended(0);
        Assert.Equal("true", matrix.Outputs["staged"]);
        Assert.Contains("\"merge\":[\"gpu\"],\"evaluate\":[\"gpu\",\"scoring\"],\"publish\":[\"ubuntu-24.04\"]", matrix.Outputs["matrix"], StringComparison.Ordinal);

        var merged = (await StepAsync("merge", "first")).Ended(0).Outputs["handover"];
        var evaluated = (await ScoreAsync(merged)).Ended(0).Outputs["handover"];
        Assert.Null(world.User.Hub.Store.Repository("acme/small"));
        var published = (await StepAsync("publish", "third", "--merged", merged, "--evaluated", evaluated)).Ended(0);

        Assert.Equal("0.1.0", published.Outputs["version"]);
        Assert.Contains("✓ publish", published.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("✓ merge", published.Log, StringComparison.Ordinal);
        Assert.Contains("0.75", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Equal("success", world.Status(world.Main, "mergeops/apply"));
    }

    [Fact]
    public async Task Scores_below_the_gate_are_no_failure_of_the_machine_that_scored_and_publish_nothing()
    {
        await ApproveAsync(0.5);
        var merged = (await StepAsync("merge", "first")).Ended(0).Outputs["handover"];
        var evaluated = (await ScoreAsync(merged)).Ended(0).Outputs["handover"];

        var published = (await StepAsync("publish", "third", "--merged", merged, "--evaluated", evaluated)).Ended(4);

        Assert.Equal("gate-failed", published.Outputs["failure-reason"]);
        Assert.Contains("**gate failed**", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Null(world.User.Hub.Store.Repository("acme/small"));
    }

    [Fact]
    public async Task What_kept_a_model_from_being_scored_is_said_by_the_machine_that_publishes()
    {
        await ApproveAsync(0.75);
        var merged = (await StepAsync("merge", "first")).Ended(0).Outputs["handover"];
        await File.WriteAllTextAsync(handover["broken"], "", TestContext.Current.CancellationToken);
        var evaluated = (await ScoreAsync(merged)).Ended(3).Outputs["handover"];

        var published = (await StepAsync("publish", "third", "--merged", merged, "--evaluated", evaluated)).Ended(3);

        Assert.Equal("environment", published.Outputs["failure-reason"]);
        Assert.Contains("The scoring command", published.Log, StringComparison.Ordinal);
        Assert.Contains("the harness is not installed", published.Log, StringComparison.Ordinal);
        Assert.Contains("**failed**", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Null(world.User.Hub.Store.Repository("acme/small"));

        // whoever changes the list is found out, and so is a list of another program
        var list = handover["evaluated/handover.json"];
        await File.WriteAllTextAsync(list, """{"plan": "x", "files": {}, "later": 1}""", TestContext.Current.CancellationToken);
        var foreign = (await StepAsync("publish", "third", "--merged", merged, "--evaluated", FileDigests.Sha256(list, TestContext.Current.CancellationToken))).Ended(1);
        Assert.Contains("handover.json is not a list that this version of mergeops reads", foreign.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gate_on_the_models_that_says_no_is_decided_before_anything_is_merged()
    {
        await ApproveAsync(0.75, gate: "{ metric: analysis.cosine, min: 0.999, sample: 1 }");

        var merged = (await StepAsync("merge", "first")).Ended(4);

        Assert.Equal("gate-failed", merged.Outputs["failure-reason"]);
        Assert.Contains("**gate failed**", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(handover["merged/model"]));
    }

    [Fact]
    public async Task What_the_machine_that_scores_did_to_the_model_or_its_scores_is_not_published()
    {
        await ApproveAsync(0.75);
        var merged = (await StepAsync("merge", "first")).Ended(0).Outputs["handover"];
        var evaluated = (await ScoreAsync(merged)).Ended(0).Outputs["handover"];
        var weights = handover["merged/model/model.safetensors"];
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);

        var changed = (await StepAsync("publish", "third", "--merged", merged, "--evaluated", evaluated)).Ended(1);
        Assert.Contains("'model/model.safetensors' is not what the previous job handed over", changed.Log, StringComparison.Ordinal);

        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        File.WriteAllText(handover["evaluated/evaluation.json"], "{}");
        var invented = (await StepAsync("publish", "third", "--merged", merged, "--evaluated", evaluated)).Ended(1);
        Assert.Contains("'evaluation.json' is not what the previous job handed over", invented.Log, StringComparison.Ordinal);

        var nothing = (await StepAsync("publish", "third", "--merged", merged)).Ended(1);
        Assert.Contains("--evaluated gives no digest: the previous job ended without handing anything over", nothing.Log, StringComparison.Ordinal);
        Assert.Null(world.User.Hub.Store.Repository("acme/small"));
        Assert.Contains("**failed**", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_derives_files_can_neither_change_the_scores_nor_hand_on_what_nobody_judged()
    {
        await ApproveAsync(0.75, "to-onnx", "files: onnx/**");
        var merged = (await StepAsync("merge", "first")).Ended(0).Outputs["handover"];
        var evaluated = (await ScoreAsync(merged)).Ended(0).Outputs["handover"];
        Assert.Equal("{}\n", await File.ReadAllTextAsync(handover["before"], TestContext.Current.CancellationToken));

        (await StepAsync("publish", "third", "--merged", merged, "--evaluated", evaluated)).Ended(0);

        var files = world.User.Hub.Repository("acme/small").Tags["v0.1.0"].Files;
        Assert.Equal("onnx"u8.ToArray(), files["onnx/model.onnx"].Content.ReadAll());
        Assert.Contains("0.75", System.Text.Encoding.UTF8.GetString(files["evaluation.json"].Content.ReadAll()), StringComparison.Ordinal);
        Assert.DoesNotContain("onnx/planted.onnx", files.Keys);
        Assert.Equal(0, (await world.User.RunAsync("verify", "acme/small")).ExitCode);
    }

    [Fact]
    public async Task Files_that_the_machine_that_scores_derived_go_to_their_own_place_from_the_one_that_publishes()
    {
        await ApproveAsync(0.75, "to-onnx", "to: acme/small-ONNX");
        var merged = (await StepAsync("merge", "first")).Ended(0).Outputs["handover"];
        var evaluated = (await ScoreAsync(merged)).Ended(0).Outputs["handover"];

        (await StepAsync("publish", "third", "--merged", merged, "--evaluated", evaluated)).Ended(0);

        Assert.Equal("onnx"u8.ToArray(), world.User.Hub.Repository("acme/small-ONNX").Tags["v0.1.0"].Files["onnx/model.onnx"].Content.ReadAll());
        Assert.DoesNotContain("onnx/model.onnx", world.User.Hub.Repository("acme/small").Tags["v0.1.0"].Files.Keys);
    }

    [Fact]
    public async Task A_program_that_derives_is_looked_for_before_the_machine_that_shall_start_it_scores()
    {
        await ApproveAsync(0.75, "to-gguf", "files: gguf/**");
        // the machine that merges does not need it
        var merged = (await StepAsync("merge", "first")).Ended(0).Outputs["handover"];
        await File.WriteAllTextAsync(handover["broken"], "", TestContext.Current.CancellationToken);

        var evaluated = (await ScoreAsync(merged)).Ended(4);

        Assert.Contains("There is no program 'mergeops-has-no-such-program' in PATH.", evaluated.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("the harness is not installed", evaluated.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipe_whose_command_is_not_in_the_settings_is_not_merged()
    {
        await ApproveAsync(0.75, "to-onx", "files: onnx/**");

        var merged = (await StepAsync("merge", "first")).Ended(4);

        Assert.Contains("There is no command 'to-onx' under 'commands' in the settings. Did you mean 'to-onnx'?", merged.Log, StringComparison.Ordinal);
        Assert.False(Directory.Exists(handover["merged/model"]));
    }

    [Fact]
    public async Task What_nobody_approved_is_not_even_merged()
    {
        await ApproveAsync(0.75);
        world.Repository.Commit("main", await world.RecipeAsync("small", 0.25));

        var merged = (await StepAsync("merge", "first")).Ended(4);

        Assert.Equal("plan-not-approved", merged.Outputs["failure-reason"]);
        Assert.False(Directory.Exists(handover["merged"]));
    }

    // what scores gets neither GitHub's token nor the Hub's
    private async Task<WorkflowResult> ScoreAsync(string merged)
    {
        world.User.Set("HF_TOKEN", null);
        var run = await StepAsync("evaluate", "second", "--merged", merged);
        world.User.Set("HF_TOKEN", world.User.Hub.Token);
        return run;
    }

    private Task<WorkflowResult> StepAsync(string step, string machine, params string[] more)
    {
        world.User.Set(MergeOpsHome.Variable, world.User[$"{machine}/home"]);
        world.User.Set("HF_HOME", world.User[$"{machine}/hf"]);
        var (_, _, parents) = world.Repository.Git.Describe(world.Main);
        string[] place = step == "matrix" ? [] : ["--recipes", "recipes/small.yml", "--handover", handover.Path];
        return world.RunAsync("push", WebhookPayloads.Push(GitHubWorld.Name, parents[0], world.Main), world.CheckOut(), step == "evaluate" ? "" : null, ["--step", step, .. place, .. more]);
    }

    private async Task ApproveAsync(double accuracy, string? command = null, string files = "", string? gate = null)
    {
        world.Repository.Commit("main", new Dictionary<string, string?>
        {
            [".github/mergeops.yml"] = "runners: { merge: gpu, evaluate: [gpu, scoring], publish: ubuntu-24.04 }\nevaluate:\n  command: [sh, score.sh, \"{model}\", \"{results}\"]\ncommands: { to-onnx: [sh, convert.sh, \"{output}\"], to-gguf: [mergeops-has-no-such-program, \"{output}\"] }\n",
            ["convert.sh"] = $"mkdir -p \"$1/onnx\" {handover["evaluated/derived/0/onnx"]}\nprintf onnx > \"$1/onnx/model.onnx\"\nprintf x > {handover["evaluated/derived/0/onnx/planted.onnx"]}\necho '{{}}' | tee {handover["before"]} > {handover["evaluated/evaluation.json"]}\n",
            ["score.sh"] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"test -f {handover["broken"]} && {{ echo the harness is not installed; exit 1; }}\ncat > \"$2\" <<'END'\n{Results.Replace("ACC", accuracy.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)}\nEND\n"),
        });
        var recipe = await world.RecipeAsync("small", 0.5, """
            evaluate:
              external: [{ name: hellaswag, metric: acc }]
            gates: [{ metric: hellaswag.acc, min: 0.7 }GATE]
            """.Replace("GATE", gate is null ? "" : $", {gate}", StringComparison.Ordinal));
        if (command is not null)
        {
            recipe["recipes/small.yml"] = recipe["recipes/small.yml"]!.Replace("hub: acme/small }", $"hub: acme/small, derived: [{{ name: onnx, command: {command}, {files} }}] }}", StringComparison.Ordinal);
        }

        pull = world.Open(recipe, fork: null);
        (await world.PlanAndPostAsync(pull)).Ended(0);
        world.Repository.Merge(pull.Number);
    }
}
