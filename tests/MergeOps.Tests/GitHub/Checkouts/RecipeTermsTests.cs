using System.Text;
using MergeOps.GitHub.Checkouts;
using MergeOps.Pipeline.Stages;
using Xunit;

namespace MergeOps.Tests.GitHub.Checkouts;

public sealed class RecipeTermsTests : IDisposable
{
    private const string Recipe = """
        name: small
        version: 1.0.0
        description: A small one.
        merge_method: linear
        models:
          - model: org/one
            parameters: { weight: 1 }
          - model: org/two
            parameters: { weight: 1 }
        evaluate:
          tasks:
            - { name: sums, data: sums.jsonl, expert: org/one }
          texts:
            - { name: prose, data: prose.txt }
          external:
            - { name: hellaswag, task: hellaswag_de, metric: acc }
        gates:
          - { metric: sums.accuracy, min: 0.5 }
          - { metric: prose.loss, not_worse_than: best_parent, margin: 0.01 }
        publish: { hub: acme/small, branch: next, pull_request: true, visibility: private }

        """;

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> contents = new()
    {
        ["sums.jsonl"] = "{\"prompt\": \"1 + 1\", \"answer\": \"2\"}",
        ["easier.jsonl"] = "{\"prompt\": \"1 + 0\", \"answer\": \"1\"}",
        ["prose.txt"] = "Prose.",
        ["other.txt"] = "More prose.",
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("name: small", "name: large")]
    [InlineData("version: 1.0.0", "version: 1.0.1")]
    [InlineData("A small one.", "A safe one.")]
    [InlineData("data: sums.jsonl", "data: easier.jsonl")]
    [InlineData("expert: org/one", "expert: org/two")]
    [InlineData("data: prose.txt", "data: other.txt")]
    [InlineData("task: hellaswag_de", "task: hellaswag_fr")]
    [InlineData("min: 0.5", "min: 0.4")]
    [InlineData("min: 0.5", "max: 0.5")]
    [InlineData("not_worse_than: best_parent", "not_worse_than: average")]
    [InlineData("margin: 0.01", "margin: 0.1")]
    [InlineData("acme/small", "acme/elsewhere")]
    [InlineData("branch: next", "branch: main")]
    [InlineData("pull_request: true", "pull_request: false")]
    [InlineData("visibility: private", "visibility: public")]
    [InlineData("  - { metric: sums.accuracy, min: 0.5 }\n", "")]
    public void Another_name_target_measurement_or_gate_is_another_digest(string approved, string changed)
    {
        Assert.Contains(approved, Recipe, StringComparison.Ordinal);

        Assert.NotEqual(DigestOf(Recipe), DigestOf(Recipe.Replace(approved, changed, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("name: small", "name: small # not large")]
    [InlineData("min: 0.5", "min: 0.50")]
    [InlineData("weight: 1 ", "weight: 2 ")]
    public void Comments_spelling_and_what_the_plan_knows_itself_change_nothing(string approved, string changed)
    {
        Assert.Contains(approved, Recipe, StringComparison.Ordinal);

        Assert.Equal(DigestOf(Recipe), DigestOf(Recipe.Replace(approved, changed, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("sums.jsonl", "{\"prompt\": \"1 + 1\", \"answer\": \"3\"}")]
    [InlineData("prose.txt", "Other prose.")]
    public void Other_contents_of_the_data_are_another_digest(string file, string text)
    {
        var before = DigestOf(Recipe);
        var withoutData = RecipeTerms.DigestWithoutData(Read(Recipe).Recipe!);

        contents[file] = text;

        Assert.NotEqual(before, DigestOf(Recipe));
        Assert.Equal(withoutData, RecipeTerms.DigestWithoutData(Read(Recipe).Recipe!));
    }

    [Fact]
    public void Without_data_the_digest_is_the_one_that_older_comments_have()
    {
        var text = Recipe[..Recipe.IndexOf("evaluate:", StringComparison.Ordinal)];

        Assert.Equal(RecipeTerms.DigestWithoutData(Read(text).Recipe!), DigestOf(text));
    }

    private string DigestOf(string text)
    {
        var read = Read(text);
        Assert.False(read.Found.HasErrors, string.Join('\n', read.Found.Select(finding => finding.Detail)));
        return RecipeTerms.DigestOf(read.Recipe!, read.Data);
    }

    private RecipeWithData Read(string text)
    {
        foreach (var (file, content) in contents)
        {
            folder.Write(file, Encoding.UTF8.GetBytes(content));
        }

        return ReadRecipe.WithData(folder.Write("small.yml", Encoding.UTF8.GetBytes(text)));
    }
}
