using System.Text.Json;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>A model is scored again, or published, by a program that finds most scores in the cache; each step is a process of its own.</summary>
[RunsAlone("scores in processes of its own")]
public sealed class RememberedScoresTests
{
    [Fact]
    public void Where_only_the_plain_average_has_no_remembered_scores_it_is_made_and_scored()
    {
        using var folder = new TemporaryFolder();
        var quickstart = Path.Combine(Repository.Root, "recipes", "quickstart").Replace('\\', '/');
        File.Copy(Path.Combine(quickstart, "tasks", "past.test.jsonl"), folder["past.test.jsonl"]);
        // without a lock the average has no digest that scores could be remembered under
        File.WriteAllText(folder["recipe.yml"], $$"""
            merge_method: linear
            models:
              - { model: {{quickstart}}/past, parameters: { weight: 0.5 } }
              - { model: {{quickstart}}/plurals, parameters: { weight: 0.5 } }
            dtype: bfloat16
            evaluate:
              tasks: [{ name: past, data: past.test.jsonl }]
            publish: { folder: published }
            """);

        Run("merge", folder["recipe.yml"], "--out", folder["out"]);
        var first = ScoresOf(Run("evaluate", folder["recipe.yml"], "--model", folder["out"], "--format", "json"));
        var second = ScoresOf(Run("evaluate", folder["recipe.yml"], "--model", folder["out"], "--format", "json"));
        Run("publish", folder["recipe.yml"], "--from", folder["out"]);

        Assert.Equal(["average", "merged", "parent", "parent"], first.Select(score => score.Role).Order(StringComparer.Ordinal));
        Assert.Equal(first, second);
        // the merge is that average
        Assert.Equal(first.Single(score => score.Role == "average").Accuracy, first.Single(score => score.Role == "merged").Accuracy);

        string Run(params string[] arguments)
        {
            var run = ChildProcess.Finish(ChildProcess.Start(arguments, TestEnvironment.WithHome(folder["home"])));
            Assert.True(run.ExitCode == 0, run.Error);
            return run.Output;
        }

        static List<(string Role, double Accuracy)> ScoresOf(string output) =>
        [
            .. JsonDocument.Parse(output).RootElement.GetProperty("result").GetProperty("models").EnumerateArray()
                .Select(model => (model.GetProperty("role").GetString()!, model.GetProperty("figures").GetProperty("past.accuracy").GetProperty("value").GetDouble())),
        ];
    }
}
