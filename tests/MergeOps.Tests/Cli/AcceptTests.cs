using System.Text.Json;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>A recipe that leaves layers out and says why, through the verbs.</summary>
public sealed class AcceptTests : IDisposable
{
    private const string Pruned = """
        merge_method: passthrough
        slices:
          - sources: [{ model: ./deep, layer_range: [0, 2] }]

        """;

    private readonly TemporaryModels models = new TemporaryModels().Llama("deep", 4);
    private readonly HostEnvironment environment;

    public AcceptTests() => environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));

    public void Dispose()
    {
        models.Dispose();
    }

    [Fact]
    public void A_plan_folds_what_is_accepted_and_decides_the_same()
    {
        var plain = CommandLineRun.Of(environment, "plan", models.Recipe(Pruned));
        var accepting = models.Recipe(Pruned + "accept: { MOPS431: pruned on purpose }\n");
        var run = CommandLineRun.Of(environment, "plan", accepting);

        Assert.Contains("warning MOPS431:", plain.Error, StringComparison.Ordinal);
        Assert.Equal((0, plain.Output), (run.ExitCode, run.Output));
        Assert.Matches(@"^[^\n]+recipe\.yml\(4,11\): accepted: MOPS431 \(1\): pruned on purpose \[[0-9a-f]{8}\]\n$", run.Error);
        Assert.Matches(@"- accepted: MOPS431 `\(1\): pruned on purpose \[[0-9a-f]{8}\]`\n$", CommandLineRun.Of(environment, "plan", accepting, "--format", "markdown").Output);
        using var json = JsonDocument.Parse(CommandLineRun.Of(environment, "plan", accepting, "--format", "json").Result!.ToJsonString());
        Assert.Equal("MOPS431", json.RootElement.GetProperty("accepted")[0].GetProperty("code").GetString());
        Assert.Equal("0 errors, 0 warnings", CommandLineRun.Of(environment, "validate", accepting).Error.Split(": ")[1].TrimEnd());
    }

    [Fact]
    public void A_merge_and_a_run_fold_it_too()
    {
        var recipe = models.Recipe(Pruned + "accept: { MOPS431: pruned on purpose }\n");

        var merge = CommandLineRun.Of(environment, "merge", recipe, "--out", Path.Combine(models.Path, "out"), "--format", "json");
        var run = CommandLineRun.Of(environment, "run", recipe, "--format", "json");

        Assert.All([merge, run], each =>
        {
            Assert.Equal(0, each.ExitCode);
            Assert.DoesNotContain("warning MOPS431", each.Error, StringComparison.Ordinal);
            Assert.Contains("accepted: MOPS431 (1): pruned on purpose", each.Error, StringComparison.Ordinal);
            using var json = JsonDocument.Parse(each.Result!.ToJsonString());
            Assert.StartsWith("(1): pruned on purpose [", json.RootElement.GetProperty("accepted")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void What_a_merge_finds_is_folded_like_what_a_plan_finds()
    {
        // models of zeros, whose mean is each of them
        var recipe = models.Llama("other", 4).Recipe("""
            merge_method: linear
            models:
              - { model: ./deep, parameters: { weight: 1 } }
              - { model: ./other, parameters: { weight: 1 } }
            accept: { MOPS511: they are equal }
            """);

        var run = CommandLineRun.Of(environment, "merge", recipe, "--out", Path.Combine(models.Path, "out"));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("accepted: MOPS511 (1): they are equal", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", run.Error, StringComparison.Ordinal);
    }
}
