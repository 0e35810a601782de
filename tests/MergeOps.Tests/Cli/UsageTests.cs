using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class UsageTests
{
    [Fact]
    public void An_unknown_verb_is_wrong_usage_and_names_the_nearest()
    {
        var run = CommandLineRun.Of("metods");

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("error MOPS801: Invalid command line. There is no verb 'metods'. Did you mean 'methods'?", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--hlep")]
    [InlineData("-x")]
    public void An_unknown_option_is_wrong_usage_even_where_an_argument_may_stand(string option)
    {
        var run = CommandLineRun.Of("methods", option);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"`mergeops methods` has no option '{option}'.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_argument_too_many_is_wrong_usage()
    {
        var run = CommandLineRun.Of("methods", "linear", "slerp");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Unexpected argument 'slerp'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_follows_a_misspelled_verb_is_no_mistake_of_its_own()
    {
        var run = CommandLineRun.Of("mrge", "recipe.yml", "--out", "merged");

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("mergeops: error MOPS801: Invalid command line. There is no verb 'mrge'. Did you mean 'merge'?\nhint: see `mergeops --help`\n", run.Error);
    }

    [Theory]
    [InlineData("--fromat", "plan", "r.yml", "--fromat", "json")]
    [InlineData("--fromat", "plan", "--fromat", "json", "r.yml")]
    [InlineData("--fromat", "plan", "--fromat=json", "r.yml")]
    [InlineData("--verbsoe", "plan", "--verbsoe", "r.yml")]
    [InlineData("--agianst", "plan", "r.yml", "--agianst", "plan.json", "--format", "json")]
    public void The_value_of_a_misspelled_option_is_no_mistake_of_its_own(string option, params string[] line)
    {
        var run = CommandLineRun.Of(line);

        Assert.Equal(2, run.ExitCode);
        Assert.Single(run.Error.Split('\n'), text => text.Contains("error MOPS801", StringComparison.Ordinal));
        Assert.Contains($"has no option '{option}'. Did you mean", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_stands_behind_a_misspelled_switch_is_a_mistake_of_its_own()
    {
        var run = CommandLineRun.Of("plan", "r.yml", "--verbsoe", "json");

        Assert.Contains("has no option '--verbsoe'. Did you mean '--verbose'?", run.Error, StringComparison.Ordinal);
        Assert.Contains("Unexpected argument 'json'", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RECIPE", "validate", "-")]
    [InlineData("RECIPE", "plan", "-")]
    [InlineData("--out", "plan", "a.yml", "--out", "-")]
    public void A_dash_stands_for_no_stream(string name, params string[] line)
    {
        var run = CommandLineRun.Of(line);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"'-' does not mean a stream here: {name} is a path.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The argument RECIPE is empty.", "validate", "a.yml", "")]
    [InlineData("The argument DIR is empty.", "init", "")]
    [InlineData("The value of --out is empty.", "plan", "a.yml", "--out", "")]
    [InlineData("Option --from needs a value: DIR.", "publish", "a.yml", "--from=")]
    [InlineData("Invalid value '': --threads must be a whole number from 1 to 1024.", "merge", "a.yml", "--out", "b", "--threads", "")]
    public void An_empty_value_is_wrong_usage(string detail, params string[] arguments)
    {
        var run = CommandLineRun.Of(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"mergeops: error MOPS801: Invalid command line. {detail}\nhint:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void No_verb_at_all_shows_the_help_as_a_message()
    {
        var run = CommandLineRun.Of();

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("Usage: mergeops VERB", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_arguments_is_not_read()
    {
        var run = CommandLineRun.Of("methods", "@/etc/hostname");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("There is no merge method '@/etc/hostname'.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_is_data_whichever_way_one_asks()
    {
        var version = CommandLineRun.Of("--version");

        Assert.Matches(@"^\d+\.\d+\.\d+", version.Output);
        Assert.Equal(version, CommandLineRun.Of("-v"));
        Assert.Equal(version, CommandLineRun.Of("version"));
    }

    [Fact]
    public void A_method_has_its_page()
    {
        var run = CommandLineRun.Of("methods", "ties");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("density", run.Output, StringComparison.Ordinal);
    }
}
