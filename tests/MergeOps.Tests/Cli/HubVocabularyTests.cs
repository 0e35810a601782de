using MergeOps.Tests.HuggingFace;
using MergeOps.Tests.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>What locks keep of the tokenizers of models on the Hub, and what plans make of it without the network.</summary>
public sealed class HubVocabularyTests : IAsyncLifetime
{
    private const string Merge = """
        merge_method: linear
        models:
          - model: org/a
            parameters: { weight: 0.5 }
          - model: org/b
            parameters: { weight: 0.5 }
        """;

    private static readonly string[] Words = ["the", "quick", "brown", "fox", "jumps", "over", "<s>"];

    private HubUser user = null!;

    public async ValueTask InitializeAsync() => user = await HubUser.StartAsync();

    public ValueTask DisposeAsync() => user.DisposeAsync();

    [Theory]
    [InlineData("", "1 where they are, 6 moved, 0 filled")]
    [InlineData("tokenizer_source: union", "1 where they are, 6 moved, 0 filled")]
    [InlineData("tokenizer: { source: base, tokens: { fox: { source: org/b, force: true } } }", "0 where they are, 6 moved, 1 filled")]
    public async Task A_lock_of_models_with_other_orders_keeps_all_tokens_so_that_plans_match_them_without_the_network(string key, string rows)
    {
        user.Llama("org/a", more: ("tokenizer.json", TokenizerFixture.Json(Words))).Llama("org/b", more: ("tokenizer.json", TokenizerFixture.Json(Words.Reverse())));
        var recipe = user.Recipe(Merge + "\n" + key + "\n");

        var locked = await user.RunAsync("lock", recipe);
        user.Hub.ForgetRequests();
        var plan = await user.RunAsync("plan", recipe);
        var asked = user.Hub.Requests.ToList();
        var again = await user.RunAsync("lock", recipe);

        Assert.Equal((0, 0, 0), (locked.ExitCode, plan.ExitCode, again.ExitCode));
        Assert.Contains("'<s>' is 0, in org/a 6", plan.Output, StringComparison.Ordinal);
        Assert.Contains($"rows of org/b: {rows}", plan.Output, StringComparison.Ordinal);
        Assert.Empty(asked);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(Path.GetDirectoryName(recipe)!, ".locks")).Length);
    }

    [Fact]
    public async Task A_lock_with_outlines_only_is_refused_where_rows_must_be_matched_by_token()
    {
        user.Llama("org/a", more: ("tokenizer.json", TokenizerFixture.Json(Words))).Llama("org/b", more: ("tokenizer.json", TokenizerFixture.Json([.. Words, "more"])));
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        File.AppendAllText(recipe, "\ntokenizer_source: union\n");

        var plan = await user.RunAsync("plan", recipe);
        var locked = await user.RunAsync("lock", recipe);
        var planned = await user.RunAsync("plan", recipe);

        Assert.Equal((1, 0, 0), (plan.ExitCode, locked.ExitCode, planned.ExitCode));
        Assert.Contains("The lock has only an outline of the vocabulary of org/b,", plan.Error, StringComparison.Ordinal);
        Assert.Contains("1 token added ('more' 7)", planned.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_keeps_enough_of_a_vocabulary_to_name_renamed_and_appended_tokens()
    {
        user.Llama("org/a", more: ("tokenizer.json", TokenizerFixture.Json(Words))).Llama("org/b", more: ("tokenizer.json", TokenizerFixture.Json([.. Words.SkipLast(1), "<|start|>"], "<|end|>")));
        var recipe = user.Recipe(Merge);

        await user.RunAsync("lock", recipe);
        var plan = await user.RunAsync("plan", recipe);

        Assert.Equal(0, plan.ExitCode);
        Assert.Contains(
            "warning MOPS451: One vocabulary has tokens that another lacks. In org/b, there is 1 token that org/a lacks ('<|end|>' 7), and 1 token id has another name than in org/a (6 is '<|start|>', in org/a '<s>').",
            plan.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Equal_tokenizer_files_are_fetched_once()
    {
        foreach (var name in new[] { "org/a", "org/b" })
        {
            user.Llama(name, more: ("tokenizer.json", TokenizerFixture.Json(Words)));
        }

        await user.RunAsync("lock", user.Recipe(Merge));

        Assert.Single(user.Hub.Requests, request => request.Path.EndsWith("tokenizer.json", StringComparison.Ordinal) && request.Method == "GET");
    }

    [Fact]
    public async Task A_broken_tokenizer_is_found_when_the_model_is_locked()
    {
        user.Llama("org/a", more: ("tokenizer.json", "{")).Llama("org/b");

        var locked = await user.RunAsync("lock", user.Recipe(Merge));

        Assert.Equal(1, locked.ExitCode);
        Assert.Contains("error MOPS207: A model's tokenizer cannot be read.", locked.Error, StringComparison.Ordinal);
    }
}
