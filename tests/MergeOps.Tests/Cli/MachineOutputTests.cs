using System.Text.Json.Nodes;
using MergeOps.Cli;
using MergeOps.Cli.CommandLine;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using NJsonSchema;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>One form for what any verb says to machines, whatever became of it.</summary>
public sealed class MachineOutputTests : IDisposable
{
    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1);
    private readonly string recipe;
    private readonly HostEnvironment environment;

    public MachineOutputTests()
    {
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        recipe = models.Recipe("""
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - model: ./one
                parameters: { weight: 0.5 }
            publish: { folder: published }
            """);
    }

    public static TheoryData<string> Verbs =>
    [
        .. new MergeOpsCommand().Subcommands.SelectMany(
            command => command is Verb ? [command.Name] : command.Subcommands.Select(verb => $"{command.Name} {verb.Name}")),
    ];

    public static TheoryData<string> Successes =>
    [
        "validate RECIPE", "lock RECIPE", "plan RECIPE", "plan RECIPE --runner ubuntu-latest", "plan RECIPE --against MERGED", "merge RECIPE --out OUT", "evaluate RECIPE --model MERGED", "publish RECIPE --from MERGED",
        "run RECIPE", "explain RECIPE", "explain MOPS118", "inspect MERGED", "diff MERGED MERGED", "verify PUBLISHED", "methods", "methods ties", "init NEW", "matrix RECIPE", "cache ls",
        "cache gc --max-age 30", "cache verify", "doctor", "help", "help cache gc", "version", "--help", "merge --help",
    ];

    private string Merged => Path.Combine(models.Path, "merged");

    public void Dispose()
    {
        models.Dispose();
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_verb_tells_a_wrong_command_line_in_it(string verb)
    {
        var run = await CommandLineRun.OfAsync(environment, [.. verb.Split(' '), "--no-such-option", "--format", "json"]);
        var output = await Checked(run);

        Assert.Equal((2, verb, 2), (run.ExitCode, output["verb"]!.GetValue<string>(), output["exitCode"]!.GetValue<int>()));
        Assert.Contains("--no-such-option", output["diagnostics"]![0]!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(output["result"]);
    }

    [Theory]
    [MemberData(nameof(Successes))]
    public async Task What_a_verb_makes_is_its_result(string line)
    {
        await CommandLineRun.OfAsync(environment, "run", recipe);
        await CommandLineRun.OfAsync(environment, "merge", recipe, "--out", Merged);
        var arguments = line.Split(' ').Select(word => word switch
        {
            "RECIPE" => recipe,
            "MERGED" => Merged,
            "OUT" => Path.Combine(models.Path, "out"),
            "NEW" => Path.Combine(models.Path, "new"),
            "PUBLISHED" => Path.Combine(models.Path, "published", "0.1.0"),
            _ => word,
        });

        var run = await CommandLineRun.OfAsync(environment, [.. arguments, "--format", "json"]);
        var output = await Checked(run);

        Assert.Equal((0, 0), (run.ExitCode, output["exitCode"]!.GetValue<int>()));
        Assert.NotNull(output["result"]);
    }

    [Theory]
    [InlineData("methods")]
    [InlineData("methods", "ties")]
    public void Every_member_that_methods_have_is_declared(params string[] line) => DeclaredOutput.Check(CommandLineRun.Of(environment, [.. line, "--format", "json"]).Output);

    [Theory]
    [InlineData("lock")]
    [InlineData("plan")]
    [InlineData("merge", "--out", "nowhere")]
    [InlineData("run")]
    [InlineData("explain")]
    public async Task What_is_wrong_stands_in_it_with_its_place(string verb, params string[] options)
    {
        var output = await Checked(await CommandLineRun.OfAsync(environment, [verb, models.Recipe("merge_method: nothing", "bad.yml"), .. options, "--format=json"]));

        var unknown = Assert.Single(output["diagnostics"]!.AsArray(), finding => finding!["code"]!.GetValue<string>() == "MOPS114")!;
        Assert.Equal((1, 15), (unknown["line"]!.GetValue<int>(), unknown["column"]!.GetValue<int>()));
        Assert.Equal(1, output["exitCode"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_word_that_is_no_verb_is_told_in_it()
    {
        var output = await Checked(await CommandLineRun.OfAsync(environment, "plam", "--format", "json"));

        Assert.Equal("", output["verb"]!.GetValue<string>());
        Assert.Contains("Did you mean 'plan'?", output["diagnostics"]![0]!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_quiet_run_says_nothing_but_its_result()
    {
        var quiet = CommandLineRun.Of(environment, "merge", recipe, "--out", Merged, "--quiet");

        Assert.Equal((0, Merged + "\n"), (quiet.ExitCode, quiet.Output));
        Assert.All(quiet.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Contains(": warning MOPS", line, StringComparison.Ordinal));
        Assert.Contains("error MOPS114", CommandLineRun.Of(environment, "validate", models.Recipe("merge_method: nothing", "bad.yml"), "-q").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_takes_every_message_whatever_the_screen_shows_but_no_secret()
    {
        const string Token = "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH";
        var log = Path.Combine(models.Path, "messages.log");

        CommandLineRun.Of(environment, "merge", recipe, "--out", Merged, "--quiet", "--log", log);
        CommandLineRun.Of(environment, "merge", Path.Combine(models.Path, $"{Token}.yml"), "--out", Merged, "--log", log);

        var lines = File.ReadAllLines(log);
        Assert.All(lines, line => Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z ", line));
        Assert.Contains("✓ merge     5 tensors", lines[0], StringComparison.Ordinal);
        Assert.Contains(": error MOPS", lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(Token, File.ReadAllText(log), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_can_be_written_no_more_ends_nothing()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs a file that is always full");

        var run = CommandLineRun.Of(environment, "merge", recipe, "--out", Merged, "--log", "/dev/full");

        Assert.Equal((0, Merged + "\n"), (run.ExitCode, run.Output));
        Assert.Contains("warning MOPS802: The output cannot be written. The log of messages ends here: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_an_environment_failure()
    {
        var run = CommandLineRun.Of(environment, "version", "--log", Path.Combine(models.Path, "nowhere", "messages.log"));

        Assert.Equal((3, ""), (run.ExitCode, run.Output));
        Assert.Contains("messages.log: error MOPS330", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_or_a_pipe_that_nobody_reads_is_no_log()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named files of this kind");
        var pipe = Path.Combine(models.Path, "pipe");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            mkfifo.WaitForExit();
        }

        foreach (var (log, what) in new[] { (models.Path, "a folder"), (pipe, "a pipe or a device") })
        {
            var run = CommandLineRun.Of(environment, "version", "--log", log);

            Assert.Equal((3, ""), (run.ExitCode, run.Output));
            Assert.Contains($"error MOPS330: A file cannot be written. It is {what}, not a file. Name a file for the log.", run.Error, StringComparison.Ordinal);
        }
    }

    private static async Task<JsonNode> Checked(CommandLineRun run)
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "src", "MergeOps.Cli", "output.schema.json"), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(run.Output));
        return JsonNode.Parse(run.Output)!;
    }
}
