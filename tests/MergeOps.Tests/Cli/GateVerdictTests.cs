using System.Text.Json.Nodes;
using System.Xml.Linq;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Gates on merges of the quickstart's models, whose answers are known: each expert answers its own task and hardly any other.</summary>
public sealed class GateVerdictTests : IDisposable
{
    private const string Slerp = """
        merge_method: slerp
        base_model: ./quickstart/plurals
        models: [{ model: ./quickstart/past }]
        parameters: { t: 0.8 }
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-");
    private readonly HostEnvironment environment;

    public GateVerdictTests()
    {
        environment = TestEnvironment.WithHome(At("home"));
        var quickstart = Path.Combine(Repository.Root, "recipes", "quickstart");
        foreach (var file in Directory.EnumerateFiles(quickstart, "*", SearchOption.AllDirectories))
        {
            var copy = At("quickstart", Path.GetRelativePath(quickstart, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public void Dispose()
    {
        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_base_that_is_merged_can_be_the_best_parent()
    {
        var recipe = Recipe(Slerp, Items(120), "  - { metric: task.accuracy, not_worse_than: best_parent }");

        var (exitCode, error, report) = Evaluate(recipe);

        Assert.Equal(4, exitCode);
        Assert.Contains("error MOPS601: Gate failed. task.accuracy − plurals = −", error, StringComparison.Ordinal);
        Assert.Equal("plurals", (string)report["gates"]![0]!["model"]!);
        Assert.Equal(("base", true), ((string)report["models"]![0]!["role"]!, (bool)report["models"]![0]!["parent"]!));
    }

    [Fact]
    public void One_plan_has_one_verdict_whether_a_merged_model_is_called_base_or_not()
    {
        const string Linear = """
            merge_method: linear
            models:
              - { model: ./quickstart/plurals, parameters: { weight: 1 } }
              - { model: ./quickstart/past, parameters: { weight: 1 } }
              - { model: ./quickstart/comparatives, parameters: { weight: 1 } }
            """;
        const string Gates = "  - { metric: task.accuracy, not_worse_than: best_parent }\n  - { metric: task.accuracy, against: average, min: -0.2, max: 0.2 }";

        var without = Evaluate(Recipe(Linear, Items(120), Gates));
        var with = Evaluate(Recipe(Linear + "\nbase_model: ./quickstart/plurals", Items(120), Gates));

        Assert.Equal((4, 4), (without.ExitCode, with.ExitCode));
        Assert.Equal(Verdicts(without.Report), Verdicts(with.Report));
        Assert.Equal(0, (double)with.Report["gates"]![1]!["measured"]!["value"]!);

        static IEnumerable<string> Verdicts(JsonNode report) =>
            report["gates"]!.AsArray().Select(gate => $"{gate!["model"]} {gate["measured"]!.ToJsonString()} {gate["verdict"]}");
    }

    [Fact]
    public void Five_items_do_not_show_that_a_merge_is_not_worse_and_nothing_is_published()
    {
        var recipe = Recipe(Slerp, Items(5), "  - { metric: task.accuracy, not_worse_than: average }\npublish: { folder: published }");

        var run = CommandLineRun.Of(environment, "run", recipe);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains("error MOPS615: A gate is undecided. task.accuracy − average = ", run.Error, StringComparison.Ordinal);
        Assert.Contains("5 items cannot decide; at least 20 are needed. ", run.Error, StringComparison.Ordinal);
        Assert.Contains("0 of 1 met, 1 undecided", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("published")));
    }

    [Fact]
    public void A_text_of_one_character_cannot_pass()
    {
        File.WriteAllText(At("text.txt"), "a");
        var recipe = Recipe(Slerp, """
              texts: [{ name: prose, data: text.txt }]
            """, "  - { metric: prose.loss, max: 100 }");

        var (exitCode, error, report) = Evaluate(recipe);

        Assert.Equal(4, exitCode);
        Assert.Contains("1 block cannot decide; at least 20 are needed.", error, StringComparison.Ordinal);
        Assert.Equal("undecided", (string)report["verdict"]!);
        Assert.Equal("undecided", XDocument.Load(At("out", "junit.xml")).Descendants("failure").Single().Attribute("type")!.Value);
    }

    [Fact]
    public void Related_items_are_fewer_than_they_look()
    {
        var unrelated = Evaluate(Recipe(Slerp, Askings(grouped: false), "  - { metric: task.accuracy, min: 0.05 }"));
        var related = Evaluate(Recipe(Slerp, Askings(grouped: true), "  - { metric: task.accuracy, min: 0.05 }"));

        Assert.Equal((120, 120), Sample(unrelated.Report));
        Assert.Equal((120, 20), Sample(related.Report));
        Assert.Equal(Value(unrelated.Report), Value(related.Report));
        Assert.True(Width(related.Report) > 1.7 * Width(unrelated.Report), $"{Width(related.Report)} {Width(unrelated.Report)}");

        static (int, int) Sample(JsonNode report) => ((int)report["gates"]![0]!["items"]!, (int)report["gates"]![0]!["groups"]!);
        static double Value(JsonNode report) => (double)report["gates"]![0]!["measured"]!["value"]!;
        static double Width(JsonNode report) => (double)report["gates"]![0]!["measured"]!["interval"]![1]! - (double)report["gates"]![0]!["measured"]!["interval"]![0]!;
    }

    [Theory]
    [InlineData("metric: task.accuracy, min: 50", "'task.accuracy' lies between 0 and 1, so 'min' 50 always gives the same verdict. Write 50 % as 0.5.")]
    [InlineData("metric: mean.accuracy, max: 1.01", "'mean.accuracy' lies between 0 and 1, so 'max' 1.01 always gives the same verdict.")]
    [InlineData("metric: task.accuracy, against: base, min: -5", "A difference of 'task.accuracy' lies between -1 and 1, so 'min' -5 always gives the same verdict.")]
    [InlineData("metric: task.accuracy, not_worse_than: base, margin: 2", "A difference of 'task.accuracy' lies between -1 and 1, so 'margin' 2 always gives the same verdict. Write 2 % as 0.02.")]
    [InlineData("metric: task.loss, max: -1", "'task.loss' is at least 0, so 'max' -1 always gives the same verdict.")]
    public void A_bound_outside_of_a_metrics_range_is_a_mistake_of_the_text(string gate, string detail)
    {
        var run = CommandLineRun.Of(environment, "validate", Recipe(Slerp, Items(120), $"  - {{ {gate} }}"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error MOPS611: Invalid bounds of a gate. {detail}", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_of_ninety_times_the_experts_is_a_warning()
    {
        var recipe = Recipe(Slerp, """
              tasks: [{ name: task, data: quickstart/tasks/plurals.test.jsonl, expert: ./quickstart/plurals }]
            """, "  - { metric: task.expert_share, min: 90 }");

        var run = CommandLineRun.Of(environment, "validate", recipe);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("'min' 90 asks for 90 times the expert's accuracy. Write 90 % as 0.9.", run.Output + run.Error, StringComparison.Ordinal);
    }

    private (int ExitCode, string Error, JsonNode Report) Evaluate(string recipe)
    {
        var merged = CommandLineRun.Of(environment, "merge", recipe, "--out", At("merged"), "--replace");
        Assert.True(merged.ExitCode == 0, merged.Error);
        var run = CommandLineRun.Of(environment, "evaluate", recipe, "--model", At("merged"), "--out", At("out"), "--format", "json");
        return (run.ExitCode, run.Error, run.Result!);
    }

    private string Items(int count) => Task(File.ReadLines(At("quickstart", "tasks", "plurals.test.jsonl")).Take(count), $"items{count}.jsonl");

    // 20 words asked of 6 people each, who are mostly answered alike
    private string Askings(bool grouped) => Task(
        from word in File.ReadLines(At("quickstart", "tasks", "plurals.test.jsonl")).Select(line => (string)JsonNode.Parse(line)!["group"]!).Distinct().Take(20)
        from name in (string[])["Anna", "Ben", "Clara", "David", "Emma", "Felix"]
        select $$"""{"prompt": "{{name}}, today they {{word}}, and yesterday?", "answer": " {{word}}ed."{{(grouped ? $", \"group\": \"{word}\"" : "")}}}""",
        $"askings{grouped}.jsonl");

    private string Task(IEnumerable<string> lines, string file)
    {
        File.WriteAllLines(At(file), lines);
        return $$"""
              tasks: [{ name: task, data: {{file}} }]
            """;
    }

    private string Recipe(string merge, string evaluate, string gates)
    {
        File.WriteAllText(At("recipe.yml"), $"{merge}\nevaluate:\n{evaluate}\ngates:\n{gates}\n");
        return At("recipe.yml");
    }

    private string At(params string[] path) => Path.Combine([folder.FullName, .. path]);
}
