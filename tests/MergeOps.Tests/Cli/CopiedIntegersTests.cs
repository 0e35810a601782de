using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Integers are copied from one model; where others have others, the plan says so before the merge does.</summary>
public sealed class CopiedIntegersTests : IDisposable
{
    private const string Linear = """
        merge_method: linear
        models:
          - { model: ./one, parameters: { weight: 1 } }
          - { model: ./two, parameters: { weight: 1 } }

        """;

    private const string Warning =
        "warning MOPS427: A copied tensor differs between the models. 'counts': integers are never averaged. The output has those of ./one, and ./two has different ones.";

    private readonly TemporaryModels models = new();
    private readonly HostEnvironment environment;

    public CopiedIntegersTests()
    {
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        foreach (var model in (string[])["one", "two"])
        {
            models.Mixed(model, "{}", ("counts", DType.I32, [8]), ("same", DType.I64, [2]), ("w", DType.F32, [4]));
        }
    }

    public void Dispose()
    {
        models.Dispose();
    }

    [Fact]
    public void Equal_integers_are_no_matter()
    {
        var run = CommandLineRun.Of(environment, "plan", models.Recipe(Linear));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("merge")]
    [InlineData("run")]
    public void Integers_that_differ_are_one_warning(string verb)
    {
        models.Poke("two", "counts", 8, 1);

        var run = CommandLineRun.Of(environment, [verb, models.Recipe(Linear), .. verb == "merge" ? (string[])["--out", Path.Combine(models.Path, "out")] : []]);

        Assert.Equal(0, run.ExitCode);
        Assert.Single(run.Error.Split('\n'), line => line.EndsWith(Warning, StringComparison.Ordinal));
    }

    [Fact]
    public void A_recipe_that_accepts_them_is_told_nothing_else()
    {
        models.Poke("two", "counts", 8, 1);

        var run = CommandLineRun.Of(environment, "plan", models.Recipe(Linear + "accept: { MOPS427: step counts }\n"));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("accepted: MOPS427", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("MOPS126", run.Error, StringComparison.Ordinal);
    }
}
