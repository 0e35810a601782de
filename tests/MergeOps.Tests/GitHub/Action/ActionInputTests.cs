using Xunit;

namespace MergeOps.Tests.GitHub.Action;

/// <summary>What a caller writes under <c>with:</c> reaches the program as it is, and nothing else.</summary>
public sealed class ActionInputTests : IDisposable
{
    private readonly StubTool tool = new();

    public void Dispose() => tool.Dispose();

    [Fact]
    public void Without_inputs_it_does_what_the_event_calls_for()
    {
        var run = tool.Run();

        Assert.True(run.Succeeded, run.ToString());
        Assert.Equal(["ci", "--step=auto"], tool.Arguments);
        Assert.Equal(("true", ""), (run.Outputs["changes"], run.Outputs["failure-reason"]));
        Assert.Contains("mergeops 1.2.3 (path)", run.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_input_is_one_argument()
    {
        var run = tool.Run(
            ("command", "run"), ("recipes", "recipes/*.yml\r\n\n  merges/a b.yml  \n"), ("device", "cpu"), ("report", "a b/report.json"), ("args", " --out  out\n--clean "));

        Assert.True(run.Succeeded, run.ToString());
        Assert.Equal(
            ["ci", "--step=run", "--recipes=recipes/*.yml", "--recipes=merges/a b.yml", "--device=cpu", "--report=a b/report.json", "--out", "out", "--clean"],
            tool.Arguments);
    }

    [Fact]
    public void What_stages_hand_to_each_other_is_named_and_what_scores_gets_no_token()
    {
        tool.Runner.Environment["GITHUB_TOKEN"] = "a GitHub App's";

        var run = tool.Run(("command", "evaluate"), ("handover", "a b"), ("merged", "abc"));
        Assert.True(run.Succeeded, run.ToString());
        Assert.Equal(["ci", "--step=evaluate", "--handover=a b", "--merged=abc"], tool.Arguments);
        Assert.Equal("", tool.Token);

        tool.Run(("command", "publish"));
        Assert.Equal("a GitHub App's", tool.Token);
    }

    [Theory]
    [InlineData("zzz\";echo${IFS}\"hello\";#")]
    [InlineData("recipes/a$(touch x).yml")]
    [InlineData("recipes/`touch x`.yml")]
    [InlineData("--exec")]
    [InlineData("'; touch x; '")]
    [InlineData("$'\\n'touch x")]
    [InlineData("${{ github.token }}")]
    public void A_hostile_name_is_only_a_name(string name)
    {
        File.WriteAllText(Path.Combine(tool.Workspace, "a recipe.yml"), "");

        var run = tool.Run(("command", name), ("recipes", name), ("device", name), ("report", name));

        Assert.True(run.Succeeded, run.ToString());
        Assert.Equal(["ci", $"--step={name}", $"--recipes={name}", $"--device={name}", $"--report={name}"], tool.Arguments);
        Assert.Single(tool.Files());
        Assert.DoesNotContain("hello", run.Log.Text.Split('\n'));
    }

    [Fact]
    public void Further_options_are_split_and_never_expanded()
    {
        File.WriteAllText(Path.Combine(tool.Workspace, "recipe.yml"), "");

        tool.Run(("args", "* $(touch x) \"a b\" $HOME ~ ; touch y"));

        Assert.Equal(["ci", "--step=auto", "*", "$(touch", "x)", "\"a", "b\"", "$HOME", "~", ";", "touch", "y"], tool.Arguments);
        Assert.Single(tool.Files());
    }

    [Theory]
    [InlineData("working-directory")]
    [InlineData("tool-path")]
    [InlineData("version")]
    public void Line_breaks_in_an_input_set_no_output_and_give_no_command(string input)
    {
        const string Hostile = "x\nplan-hash=0000\nfailure-reason<<EOF\nnone\nEOF\n::error::forged\n::add-mask::a";

        var run = input == "tool-path" ? tool.Runner.Run((input, Hostile)) : input == "version" ? tool.Runner.Run((input, Hostile)) : tool.Run((input, Hostile));

        Assert.False(run.Succeeded);
        Assert.Equal(("", "usage"), (run.Outputs["plan-hash"], run.Outputs["failure-reason"]));
        Assert.Contains(Hostile, Assert.Single(run.Errors), StringComparison.Ordinal);
        Assert.Single(run.Log.Commands);
        Assert.Empty(tool.Arguments);
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("1.*")]
    [InlineData("[1.0,2.0)")]
    [InlineData("1.2")]
    [InlineData("../../1.2.3")]
    [InlineData("--help")]
    public void Only_an_exact_version_is_one(string version)
    {
        var run = tool.Runner.Run(("version", version));

        Assert.False(run.Succeeded);
        Assert.Equal("usage", run.Outputs["failure-reason"]);
        Assert.Equal($"version '{version}' is not an exact version, such as 1.2.3.", Assert.Single(run.Errors));
    }

    [Fact]
    public void A_tool_of_the_machine_may_be_named_by_its_environment()
    {
        tool.Runner.Environment["MERGEOPS_PATH"] = tool.Path;

        var run = tool.Runner.Run();

        Assert.True(run.Succeeded, run.ToString());
        Assert.Equal(["ci", "--step=auto"], tool.Arguments);
    }

    [Fact]
    public void Paths_start_in_the_working_directory()
    {
        var folder = Directory.CreateDirectory(Path.Combine(tool.Workspace, "a folder"));
        File.Copy(tool.Path, Path.Combine(folder.FullName, "mergeops"));

        var run = tool.Runner.Run(("working-directory", "a folder"), ("tool-path", "./mergeops"));

        Assert.True(run.Succeeded, run.ToString());
    }

    [Fact]
    public void The_token_is_the_jobs_own_unless_the_step_is_given_another()
    {
        tool.Run();
        var own = tool.Token;
        tool.Runner.Environment["GITHUB_TOKEN"] = "a GitHub App's";
        tool.Run();

        Assert.StartsWith("ghs_", own, StringComparison.Ordinal);
        Assert.Equal("a GitHub App's", tool.Token);
    }

    [Fact]
    public void Nothing_is_set_for_the_rest_of_the_job()
    {
        var run = tool.Run();

        Assert.Empty(run.Exported);
        Assert.Empty(run.Paths);
        Assert.Empty(run.Uses);
    }

    [Fact]
    public void A_graphics_card_needs_a_libtorch_that_is_there()
    {
        tool.Runner.Environment["MERGEOPS_LIBTORCH"] = Path.Combine(tool.Workspace, "absent");

        var run = tool.Run(("command", "run"), ("device", "cuda:1"));

        Assert.False(run.Succeeded);
        Assert.Equal("environment", run.Outputs["failure-reason"]);
        Assert.Contains("MERGEOPS_LIBTORCH names", Assert.Single(run.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_one_it_is_fetched_and_for_plans_it_is_not()
    {
        tool.Run(("command", "plan"), ("device", "cuda"));
        var planned = tool.Arguments;
        tool.Run(("command", "run"), ("device", "cuda"));

        Assert.Equal(["ci", "--step=plan", "--device=cuda"], planned);
        Assert.Equal(["torch", "install", "--cuda", "ci", "--step=run", "--device=cuda"], tool.Arguments[planned.Length..]);
    }
}
