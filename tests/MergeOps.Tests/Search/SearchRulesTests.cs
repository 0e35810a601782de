using MergeOps.Pipeline.Stages;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Search;

public sealed class SearchRulesTests : IDisposable
{
    private const string Recipe = """
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - model: ./one
        search:
          searcher: golden
          parameters:
            - { parameter: lambda, from: 0, to: 1 }
            - { parameter: weight, model: ./one, from: 0, to: 1 }
          objective: { metric: arc.acc, goal: max, command: vllm }
          evaluations: 6

        """;

    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1);

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData("", "", "MOPS158", "'golden' searches one number, but there are 2. Use 'cma_es' or 'grid'.")]
    [InlineData("arc.acc, goal: max", "arc.speed", "MOPS159", "It is unknown whether larger or smaller scores of 'arc.speed' are better. Add 'goal: max' or 'goal: min'.")]
    [InlineData("arc.acc", "acc", "MOPS159", "'acc' does not name a task and its metric. Write TASK.METRIC, such as arc_easy.acc_norm.")]
    [InlineData(", command: vllm", "", "MOPS159", "The objective has no 'tasks' and no 'texts' to measure it on. Give it validation items, or a 'command'.")]
    [InlineData(", command: vllm", ", tasks: [{ name: arc, data: hf://datasets/acme/arc/validation.jsonl, benchmark: { dataset: acme/arc, task: easy } }]", "MOPS110", "'benchmark' is for tasks under 'evaluate': the scores of a search are not published. Remove it.")]
    [InlineData("golden", "greedy_soup", "MOPS158", "'greedy_soup' searches the weights of models")]
    [InlineData("golden", "grid\n  steps: 3", "MOPS158", "has 9 points, and 'evaluations' allows 6")]
    public void What_cannot_be_searched_is_found_in_the_recipe(string from, string to, string code, string what)
    {
        var (_, found) = ReadRecipe.Run(models.Recipe(from.Length == 0 ? Recipe : Recipe.Replace(from, to, StringComparison.Ordinal)));

        var error = Assert.Single(found, finding => finding.Code.Id == code);
        Assert.Contains(what, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_searchers_key_is_refused_by_name()
    {
        var (_, found) = ReadRecipe.Run(models.Recipe(Recipe.Replace("golden", "cma_es\n  steps: 3", StringComparison.Ordinal)));

        Assert.Contains(found, finding => finding.Detail.Contains("'steps' is for 'grid', but this is 'cma_es'.", StringComparison.Ordinal));
    }
}
