using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>What the owners of a repository allow in its recipes, judged when a recipe is planned and again when it is applied.</summary>
public sealed class PolicyTests : IAsyncLifetime
{
    private const string Settings = ".github/mergeops.yml";
    private const string Judge = "judge.sh";

    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData("licenses: [bsd]", "The license of 'org/one' is 'mit', and only these are allowed: bsd.")]
    [InlineData("organizations: [acme]", "'org/two' belongs to 'org', but models may come only from acme.")]
    [InlineData("methods: [linear, slerp]", "'task_arithmetic' is not among the allowed methods: linear, slerp.")]
    [InlineData("formats: [pytorch]", "are in the format safetensors, and only these are allowed: pytorch.")]
    [InlineData("max_size: 100", "and at most 100 B are allowed.")]
    public async Task A_recipe_that_the_policy_does_not_allow_gets_no_plan_and_says_why(string policy, string reason)
    {
        world.Decide($"policy: {{ {policy} }}\n");
        var pull = world.Open(await world.RecipeAsync("small", 0.5));

        var plan = (await world.PlanAndPostAsync(pull)).Ended(4);

        Assert.Contains("title=MOPS841::The repository's policy does not allow this.", plan.Log, StringComparison.Ordinal);
        Assert.Contains(reason, plan.Log, StringComparison.Ordinal);
        Assert.Equal("failure", world.Status(pull.HeadSha, "mergeops/plan"));
    }

    [Theory]
    [InlineData(true, 4, "MOPS841::The repository's policy does not allow this. Nobody signed 'org/")]
    [InlineData(false, 1, "MOPS732::The key cannot be used. There is no file 'acme.pub'.")]
    public async Task A_pull_request_brings_no_key_along(bool isText, int exitCode, string words)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = isText ? pair.ExportSubjectPublicKeyInfoPem() : "acme.pub";
        world.Decide($"policy: {{ signed: {{ keys: [{JsonSerializer.Serialize(key)}] }} }}\n");
        var files = await world.RecipeAsync("small", 0.5);
        files["acme.pub"] = pair.ExportSubjectPublicKeyInfoPem();

        var plan = (await world.PlanAndPostAsync(world.Open(files))).Ended(exitCode);

        Assert.Contains(words, plan.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipe_that_the_policy_allows_is_planned_like_any_other()
    {
        world.Repository.Commit("main", new Dictionary<string, string?>
        {
            [Settings] = "policy: { organizations: [ORG], methods: [task_arithmetic], formats: [safetensors], max_size: 20GB }\n",
        });
        var pull = world.Open(await world.RecipeAsync("small", 0.5));

        (await world.PlanAndPostAsync(pull)).Ended(0);

        Assert.Equal("success", world.Status(pull.HeadSha, "mergeops/plan"));
    }

    [Fact]
    public async Task The_policys_command_reads_the_plan_sees_no_secret_and_is_the_main_branchs_own()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the command is a script for sh");
        world.Repository.Commit("main", new Dictionary<string, string?>
        {
            [Settings] = $"commands: {{ judge: [sh, {Judge}, \"{{plan}}\", \"{{recipe}}\"] }}\npolicy: {{ command: judge }}\n",
            [Judge] = """
                env | grep -q -e ^HF_TOKEN= -e ^GITHUB_TOKEN= -e ^ACTIONS_ && { echo "there is a secret"; exit 1; }
                grep -q '"digest"' "$1" || { echo "that is not a plan"; exit 1; }
                case "$2" in *forbidden*) echo "$2 is not for us"; exit 7;; esac
                """,
        });
        var allowed = world.Open(await world.RecipeAsync("small", 0.5), fork: null, branch: "one");
        (await world.PlanAndPostAsync(allowed)).Ended(0);

        // a pull request may bring a judge of its own; it is not asked
        var files = await world.RecipeAsync("forbidden", 0.5);
        files[Judge] = "exit 0\n";
        var refused = world.Open(files, fork: null, branch: "two");
        var plan = (await world.PlanAndPostAsync(refused)).Ended(4);

        Assert.Contains("The policy's command ended with 7.", plan.Log, StringComparison.Ordinal);
        Assert.Contains("recipes/forbidden.yml is not for us", plan.Log, StringComparison.Ordinal);
        Assert.Equal("failure", world.Status(refused.HeadSha, "mergeops/plan"));
    }

    [Fact]
    public async Task A_judge_that_leaves_a_program_running_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the command is a script for sh");
        using var folder = new TemporaryFolder();
        world.Repository.Commit("main", new Dictionary<string, string?>
        {
            [Settings] = $"commands: {{ judge: [sh, -c, '(sleep 60; touch {folder["ended"]}) & exit 0', \"{{plan}}\"] }}\npolicy: {{ command: judge }}\n",
        });

        (await world.PlanAndPostAsync(world.Open(await world.RecipeAsync("small", 0.5)))).Ended(0);

        Assert.False(File.Exists(folder["ended"]));
    }

    [Fact]
    public async Task What_came_to_the_main_branch_all_the_same_is_not_applied()
    {
        world.Decide("direct_pushes: apply\n");
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        (await world.PlanAndPostAsync(pull)).Ended(0);
        world.Decide("direct_pushes: apply\npolicy: { methods: [linear] }\n");

        (await world.MergeAsync(pull)).Ended(4);

        Assert.Null(world.User.Hub.Store.Repository("acme/small"));
    }
}
