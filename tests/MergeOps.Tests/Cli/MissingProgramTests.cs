using System.Security.Cryptography;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Commands of the settings whose programs this machine does not have: told before anything is merged.</summary>
public sealed class MissingProgramTests : IDisposable
{
    private const string Merge = """
        merge_method: linear
        models:
          - { model: ./one, parameters: { weight: 0.5 } }
          - { model: ./two, parameters: { weight: 0.5 } }

        """;

    private const string Deriving = "publish: { folder: published, derived: [{ name: onnx, command: convert, files: onnx/**, check: judge }] }\n";

    private readonly TemporaryModels models = new TemporaryModels().Llama("one", 1).Llama("two", 1);
    private readonly HostEnvironment environment;

    public MissingProgramTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files are executable by their names there.");
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write("acme.pub", pair.ExportSubjectPublicKeyInfoPem());
        Write("plain.sh", "#!/bin/sh\nexit 0\n");
    }

    public static TheoryData<string, string, string, int> Commands => new()
    {
        { "publish: { folder: published }\n", "sign: { command: [PROGRAM], public_key: KEY }\n", "MOPS733", 3 },
        { Deriving, "commands: { convert: [PROGRAM, '{output}'], judge: [test, -d, '{output}'] }\n", "MOPS844", 4 },
        { Deriving, "commands: { convert: [mkdir, '{output}/onnx'], judge: [PROGRAM, '{output}'] }\n", "MOPS844", 4 },
        { "evaluate: { external: [{ name: arc, metric: acc }] }\n", "evaluate: { command: [PROGRAM, '{model}', '{results}'] }\n", "MOPS614", 3 },
        { "", "policy: { command: judge }\ncommands: { judge: [PROGRAM, '{plan}'] }\n", "MOPS842", 3 },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_program_that_is_nowhere_in_PATH_is_told_before_the_merge_and_validation_warns_of_it(string recipe, string settings, string code, int exitCode)
    {
        const string Reason = "There is no program 'mergeops-has-no-such-program' in PATH.";

        var run = Run("run", recipe, settings, "mergeops-has-no-such-program");
        // another machine may have it
        var validate = Run("validate", recipe, settings, "mergeops-has-no-such-program");

        Assert.Equal((exitCode, 0), (run.ExitCode, validate.ExitCode));
        Assert.Contains($"error {code}:", run.Error, StringComparison.Ordinal);
        Assert.Contains(Reason, run.Error, StringComparison.Ordinal);
        AssertNothingIsMerged();
        Assert.Contains("settings.yml(", validate.Output, StringComparison.Ordinal);
        Assert.Contains($"warning {code}:", validate.Output, StringComparison.Ordinal);
        Assert.Contains(Reason, validate.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_file_that_is_not_executable_is_told_before_the_merge(string recipe, string settings, string code, int exitCode)
    {
        var program = Path.Combine(models.Path, "plain.sh");

        var run = Run("run", recipe, settings, program);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains($"error {code}:", run.Error, StringComparison.Ordinal);
        Assert.Contains($"The file '{program}' is not executable. Make it so with `chmod +x`, or name the program that runs it, such as sh.", run.Error, StringComparison.Ordinal);
        AssertNothingIsMerged();
    }

    [Fact]
    public void Programs_that_no_recipe_needs_are_not_looked_for()
    {
        var run = Run("validate", "publish: { folder: published }\n", "commands: { convert: [PROGRAM, '{output}'] }\nevaluate: { command: [PROGRAM, '{model}', '{results}'] }\n", "mergeops-has-no-such-program");

        Assert.Equal((0, "1 recipe checked: 0 errors, 0 warnings\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public void A_model_that_is_merged_already_needs_no_program_that_would_not_be_started()
    {
        const string Settings = "commands: { convert: [PROGRAM, '-p', '{output}/onnx/model.onnx'], judge: [test, -d, '{output}'] }\n";
        Write("make.sh", "#!/bin/sh\nmkdir -p \"$1/onnx\" && echo made > \"$1/onnx/model.onnx\"\n");
        var first = Run("run", Deriving, "commands: { convert: [sh, MAKE, '{output}'], judge: [test, -d, '{output}'] }\n".Replace("MAKE", Path.Combine(models.Path, "make.sh"), StringComparison.Ordinal), "");

        var again = Run("run", Deriving, Settings, "mergeops-has-no-such-program");

        Assert.Equal((0, 0), (first.ExitCode, again.ExitCode));
    }

    [Theory]
    [InlineData("published-onnx", 0)]
    [InlineData("elsewhere", 4)]
    public void A_published_version_that_lacks_nothing_needs_no_program_on_a_machine_that_never_merged_it(string movedTo, int exitCode)
    {
        const string Recipe = "publish: { folder: published, derived: [{ name: onnx, command: convert, to: published-onnx }] }\n";
        Assert.Equal(0, Run("run", Recipe, $"commands: {{ convert: [cp, {Path.Combine(models.Path, "plain.sh")}, '{{output}}'] }}\n", "").ExitCode);
        Directory.Delete(Path.Combine(models.Path, "home", "runs"), recursive: true);
        if (movedTo is not "published-onnx")
        {
            Directory.Move(Path.Combine(models.Path, "published-onnx"), Path.Combine(models.Path, movedTo));
        }

        var again = Run("run", Recipe, "commands: { convert: [PROGRAM, '{output}'] }\n", "mergeops-has-no-such-program");

        Assert.True(again.ExitCode == exitCode, again.Error);
        Assert.Equal(exitCode != 0, again.Error.Contains("error MOPS844:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_program_that_derives_is_looked_for_before_a_merged_folder_is_scored_to_be_published()
    {
        const string Recipe = "evaluate: { external: [{ name: hellaswag, metric: acc }] }\n" + Deriving;
        var scored = Path.Combine(models.Path, "scored");
        var score = Write("score.sh", $$$"""
            echo >> {{{scored}}}
            cat > "$1" <<'END'
            {"results":{"hellaswag":{"acc,none":0.75,"acc_stderr,none":0.004}},"higher_is_better":{"hellaswag":{"acc":true}},"n-samples":{"hellaswag":{"original":10042,"effective":10042}},"versions":{"hellaswag":1}}
            END

            """);
        var settings = $"evaluate: {{ command: [sh, {score}, '{{results}}', '{{model}}'] }}\ncommands: {{ convert: [PROGRAM, '{{output}}'], judge: [test, -d, '{{output}}'] }}\n";
        var merged = Path.Combine(models.Path, "merged");
        Assert.Equal(0, CommandLineRun.Of(environment, "merge", models.Recipe(Merge + Recipe), "--out", merged).ExitCode);

        var publish = Run("publish", Recipe, settings, "mergeops-has-no-such-program", "--from", merged);

        Assert.Equal(4, publish.ExitCode);
        Assert.Contains("error MOPS844:", publish.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(scored));
        Assert.False(Directory.Exists(Path.Combine(models.Path, "published")));

        // nothing is derived by it, and it still says whether the gates pass
        var dry = Run("publish", Recipe, settings, "mergeops-has-no-such-program", "--from", merged, "--dry-run");
        Assert.True(dry.ExitCode == 0, dry.Error);
        Assert.True(File.Exists(scored));
    }

    public void Dispose() => models.Dispose();

    private CommandLineRun Run(string verb, string recipe, string settings, string program, params string[] options) => CommandLineRun.Of(
        environment,
        [
            verb,
            models.Recipe(Merge + recipe),
            "--settings",
            Write("settings.yml", settings.Replace("PROGRAM", program, StringComparison.Ordinal).Replace("KEY", Path.Combine(models.Path, "acme.pub"), StringComparison.Ordinal)),
            .. options,
        ]);

    private string Write(string name, string text)
    {
        var path = Path.Combine(models.Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    private void AssertNothingIsMerged()
    {
        var runs = Path.Combine(models.Path, "home", "runs");
        Assert.Empty(Directory.Exists(runs) ? Directory.GetFiles(runs, "*.safetensors", SearchOption.AllDirectories) : []);
        Assert.False(Directory.Exists(Path.Combine(models.Path, "published")));
    }
}
