using System.Text.Json.Nodes;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Gates on merges of the quickstart's models, whose answers are known: each expert answers its own task and hardly any other.</summary>
public sealed class GateVerdictTests : IDisposable
{
    private const string Slerp = """
        merge_method: slerp
        base_model: ./quickstart/opposites
        models: [{ model: ./quickstart/sounds }]
        parameters: { t: 0.8 }
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-");
    private readonly string? home = Environment.GetEnvironmentVariable("MERGEOPS_HOME");

    public GateVerdictTests()
    {
        Environment.SetEnvironmentVariable("MERGEOPS_HOME", At("home"));
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
        Environment.SetEnvironmentVariable("MERGEOPS_HOME", home);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("metric: task.accuracy, min: 50", "'task.accuracy' lies between 0 and 1, so 'min' 50 decides nothing. Write 50 % as 0.5.")]
    [InlineData("metric: mean.accuracy, max: 1.01", "'mean.accuracy' lies between 0 and 1, so 'max' 1.01 decides nothing.")]
    [InlineData("metric: task.accuracy, against: base, min: -5", "A difference of 'task.accuracy' lies between -1 and 1, so 'min' -5 decides nothing.")]
    [InlineData("metric: task.accuracy, not_worse_than: base, margin: 2", "A difference of 'task.accuracy' lies between -1 and 1, so 'margin' 2 decides nothing. Write 2 % as 0.02.")]
    [InlineData("metric: task.loss, max: -1", "'task.loss' is at least 0, so 'max' -1 decides nothing.")]
    public void A_bound_outside_of_a_metrics_range_is_a_mistake_of_the_text(string gate, string detail)
    {
        var run = CommandLineRun.Of("validate", Recipe(Slerp, Items(120), $"  - {{ {gate} }}"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"error MOPS611: A gate's bounds cannot decide anything. {detail}", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_of_ninety_times_the_experts_is_a_warning()
    {
        var recipe = Recipe(Slerp, """
              tasks: [{ name: task, data: quickstart/tasks/opposites.test.jsonl, expert: ./quickstart/opposites }]
            """, "  - { metric: task.expert_share, min: 90 }");

        var run = CommandLineRun.Of("validate", recipe);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("'min' 90 asks for 90 times the expert's accuracy. Write 90 % as 0.9.", run.Output + run.Error, StringComparison.Ordinal);
    }

    private string Items(int count, string? group = "group")
    {
        var lines = File.ReadLines(At("quickstart", "tasks", "opposites.test.jsonl")).Take(count).ToList();
        File.WriteAllLines(At($"items{group}{count}.jsonl"), group is not null ? lines : lines.ConvertAll(line =>
        {
            var item = JsonNode.Parse(line)!.AsObject();
            item.Remove("group");
            return item.ToJsonString();
        }));
        return $$"""
              tasks: [{ name: task, data: items{{group}}{{count}}.jsonl }]
            """;
    }

    private string Recipe(string merge, string evaluate, string gates)
    {
        File.WriteAllText(At("recipe.yml"), $"{merge}\nevaluate:\n{evaluate}\ngates:\n{gates}\n");
        return At("recipe.yml");
    }

    private string At(params string[] path) => Path.Combine([folder.FullName, .. path]);
}
