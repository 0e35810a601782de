using System.Text.Json.Nodes;
using MergeOps.Merging.Writing;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>The verbs on a file that stands for several recipes.</summary>
public sealed class VariantsTests : IDisposable
{
    private const string Written = """
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - model: ./one
            parameters: { weight: 0.25 }
        """;

    private readonly TemporaryModels models = new();
    private readonly string family;

    public VariantsTests()
    {
        models.Llama("base", 1).Llama("one", 1).Llama("two", 1);
        models.Recipe("merge_method: task_arithmetic\nbase_model: ./base\n", "common.yml");
        family = models.Recipe("""
            extends: common.yml
            models:
              - model: ./${from}
                parameters: { weight: "${w}" }
            variants:
              - { name: a, from: one, w: 0.25 }
              - { name: b, from: two, w: 0.5 }
            """, "family.yml");
    }

    public void Dispose() => models.Dispose();

    private string In(string path) => Path.Combine(models.Path, path);

    [Fact]
    public void A_variant_has_the_plan_of_the_recipe_that_somebody_would_have_written_out()
    {
        var plans = CommandLineRun.Of("plan", family, "--format", "json").Result!["variants"]!.AsArray();
        var written = CommandLineRun.Of("plan", models.Recipe(Written, "written.yml"), "--format", "json").Result!;
        var one = CommandLineRun.Of("plan", family, "--variant", "a", "--format", "json").Result!;
        var addressed = CommandLineRun.Of("plan", family + "#a", "--format", "json").Result!;

        Assert.Equal(["a", "b"], plans.Select(plan => (string?)plan!["variant"]));
        Assert.Equal((string?)written["digest"], (string?)plans[0]!["result"]!["digest"]);
        Assert.NotEqual((string?)written["digest"], (string?)plans[1]!["result"]!["digest"]);
        Assert.True(JsonNode.DeepEquals(plans[0]!["result"], one));
        Assert.True(JsonNode.DeepEquals(one, addressed));
        Assert.Equal(("family-a", "common.yml"), ((string?)one["name"], (string?)one["inputs"]!.AsArray().FirstOrDefault(input => (string?)input == "common.yml")));
    }

    [Fact]
    public void All_variants_share_one_lock_which_is_checked_as_a_whole()
    {
        var locked = CommandLineRun.Of("lock", family);
        var again = CommandLineRun.Of("lock", family + "#a");
        var check = CommandLineRun.Of("lock", "--check", family);
        models.Llama("two", 2);
        var (other, own) = (CommandLineRun.Of("lock", "--check", family), CommandLineRun.Of("plan", family, "--variant", "a"));

        var path = Path.ChangeExtension(family, ".lock.yml");
        Assert.Equal($"{path}: 3 models, 6 files locked\n", locked.Error);
        Assert.Equal($"{path}: 3 models, 6 files unchanged\n", again.Error);
        Assert.Equal((0, 1, 0), (check.ExitCode, other.ExitCode, own.ExitCode));
        Assert.Contains("'model.safetensors' of './two'", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_variant_is_merged_into_a_folder_of_its_name_and_one_alone_into_the_folder_itself()
    {
        var all = CommandLineRun.Of("merge", family, "--out", In("out"));
        var alone = CommandLineRun.Of("merge", family, "--variant", "b", "--out", In("alone"));

        Assert.Equal((0, $"{In("out/a")}\n{In("out/b")}\n"), (all.ExitCode, all.Output));
        Assert.Equal((0, $"{In("alone")}\n"), (alone.ExitCode, alone.Output));
        Assert.Equal(MergeManifest.Find(In("out/b"))!.PlanDigest, MergeManifest.Find(In("alone"))!.PlanDigest);
        Assert.NotEqual(MergeManifest.Find(In("out/a"))!.PlanDigest, MergeManifest.Find(In("alone"))!.PlanDigest);
    }

    [Fact]
    public void One_that_cannot_be_planned_does_not_hide_the_others_and_decides_the_exit_code()
    {
        models.Recipe(File.ReadAllText(family).Replace("from: one", "from: none", StringComparison.Ordinal), "family.yml");

        var run = CommandLineRun.Of("plan", family, "--format", "json");

        Assert.Equal(1, run.ExitCode);
        var plans = run.Result!["variants"]!.AsArray();
        Assert.Null(plans[0]!["result"]);
        Assert.NotNull(plans[1]!["result"]!["digest"]);
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("explain")]
    [InlineData("analyze")]
    public void What_cannot_be_the_name_of_a_variant_is_none_of_the_variants(string verb)
    {
        var run = CommandLineRun.Of(verb, family, "--variant", "a/b c");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("MOPS148", run.Error, StringComparison.Ordinal);
        Assert.Contains("There is no variant 'a/b c'. The variants are a, b.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void One_variant_is_analyzed_as_its_address_is_and_all_where_none_is_named()
    {
        var one = CommandLineRun.Of("analyze", family, "--variant", "a");
        var addressed = CommandLineRun.Of("analyze", family + "#a");
        var all = CommandLineRun.Of("analyze", family, "--format", "json").Result!;

        Assert.Equal((0, addressed.Output), (one.ExitCode, one.Output));
        Assert.NotEmpty(one.Output);
        Assert.Equal(["a", "b"], all["variants"]!.AsArray().Select(result => (string?)result!["variant"]));
    }

    [Fact]
    public void An_option_for_one_model_asks_for_the_variant()
    {
        var run = CommandLineRun.Of("plan", family, "--out", In("plan.json"));
        var unknown = CommandLineRun.Of("plan", family, "--variant", "large");

        Assert.Equal((2, 1), (run.ExitCode, unknown.ExitCode));
        Assert.Contains("--out is for one recipe, and", run.Error, StringComparison.Ordinal);
        Assert.Contains("There is no variant 'large'. The variants are a, b.", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Patterns_pass_over_files_that_are_only_extended()
    {
        var validated = CommandLineRun.Of("validate", In("*.yml").Replace('\\', '/'), "--format", "json");
        var alone = CommandLineRun.Of("validate", models.Recipe("gates:\n  - { metric: x.accuracy, min: 1 }\n", "gates.yml"));

        Assert.Equal((0, 0), (validated.ExitCode, alone.ExitCode));
        Assert.Equal([family], validated.Result!["recipes"]!.AsArray().Select(recipe => (string?)recipe));
        Assert.Contains("only there to be extended", alone.Error, StringComparison.Ordinal);
    }
}
