using MergeOps.Evaluation.Data;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using MergeOps.Tensors;
using MergeOps.Tests.Evaluation;
using Xunit;

namespace MergeOps.Tests.Pipeline.Stages;

public sealed class RunFolderTests
{
    private static KnownDigests Digests => KnownDigests.Of(TestEnvironment.OfThisProcess);

    [Fact]
    public void What_passed_for_the_bytes_of_one_machine_has_not_passed_for_those_of_another()
    {
        var recipe = SmallEvaluation.Recipe() with { Evaluate = null };

        Assert.Equal(RunFolder.InputsOf(recipe, EvaluationData.None, new string('a', 64), null, null, Digests), RunFolder.InputsOf(recipe, EvaluationData.None, new string('a', 64), null, null, Digests));
        Assert.NotEqual(RunFolder.InputsOf(recipe, EvaluationData.None, new string('a', 64), null, null, Digests), RunFolder.InputsOf(recipe, EvaluationData.None, new string('b', 64), null, null, Digests));
    }

    [Fact]
    public void What_passed_has_not_passed_once_anything_that_it_was_measured_with_changes()
    {
        using var folder = new TemporaryFolder();
        var environment = TestEnvironment.WithHome(folder["home"]);
        folder.Write("sums.jsonl", """{"prompt":"1 + 1 =","answer":" 2"}"""u8);
        folder.Write("prose.txt", "text"u8);
        folder.Write("results.json", "{}"u8);
        var recipe = SmallEvaluation.Recipe() with { Folder = folder.Path, Text = "one" };
        var command = new ScoringCommand(["score", "{model}", "{results}"], SmallEvaluation.Anywhere);
        string Of(Recipe of, ExternalScoring? scoring = null) => RunFolder.InputsOf(of, EvaluationData.Read(of.Evaluate!, of.Folder, []), new string('a', 64), scoring, null, KnownDigests.Of(environment));

        List<string> inputs =
        [
            Of(recipe),
            Of(recipe with { Text = "another" }),
            Of(recipe, new() { Merged = [folder["results.json"]] }),
            Of(recipe, new() { Published = [folder["results.json"]] }),
            Of(recipe, new() { Command = command }),
            Of(recipe, new() { Command = command with { Words = [.. command.Words, "--limit=1"] } }),
        ];
        folder.Write("results.json", "{ }"u8);
        inputs.Add(Of(recipe, new() { Merged = [folder["results.json"]] }));
        folder.Write("sums.jsonl", """{"prompt":"1 + 2 =","answer":" 3"}"""u8);
        inputs.Add(Of(recipe));
        folder.Write("prose.txt", "another text"u8);
        inputs.Add(Of(recipe));

        Assert.Distinct(inputs);
        Assert.Equal(inputs[^1], Of(recipe));
    }

    [Fact]
    public async Task Whoever_works_on_the_same_plan_waits_and_says_so()
    {
        using var home = new TemporaryFolder();
        var environment = TestEnvironment.WithHome(home["home"]);
        var reported = new TaskCompletionSource<string>();
        var first = await new RunFolder(environment, "plan").LockAsync(reported.SetResult, TestContext.Current.CancellationToken);
        var second = new RunFolder(environment, "plan").LockAsync(reported.SetResult, TestContext.Current.CancellationToken);

        Assert.Contains("another process", await reported.Task, StringComparison.Ordinal);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }
}
