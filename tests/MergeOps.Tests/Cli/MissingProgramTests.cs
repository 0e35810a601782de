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

    public void Dispose() => models.Dispose();

    private CommandLineRun Run(string verb, string recipe, string settings, string program) => CommandLineRun.Of(
        environment,
        verb,
        models.Recipe(Merge + recipe),
        "--settings",
        Write("settings.yml", settings.Replace("PROGRAM", program, StringComparison.Ordinal).Replace("KEY", Path.Combine(models.Path, "acme.pub"), StringComparison.Ordinal)));

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
