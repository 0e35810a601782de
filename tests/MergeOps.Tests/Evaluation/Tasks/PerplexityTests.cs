using MergeOps.Evaluation.Intervals;
using MergeOps.Models;
using MergeOps.Runtime;
using MergeOps.Tests.Models;
using Xunit;

namespace MergeOps.Tests.Evaluation.Tasks;

public sealed class PerplexityTests
{
    /// <summary>
    /// Log-likelihoods −4 over 2 tokens and −3 over 4, so e^(7/6) by token and not the mean of e² and e^0.75; "ab cd" and "é" have
    /// 5 + 2 bytes and 2 + 1 words.
    /// </summary>
    [Theory]
    [InlineData("token_perplexity", 7.0 / 6)]
    [InlineData("word_perplexity", 7.0 / 3)]
    [InlineData("byte_perplexity", 7.0 / 7)]
    public void A_perplexity_is_that_of_all_documents_together(string metric, double exponent)
    {
        var task = LanguageTasks.Task(LanguageTasks.Kind("perplexity"), """{"text": "ab cd"}""", """{"text": "é"}""");

        var figure = task.Figure(metric, new ScriptedModel([(-4, 2), (-3, 4)]));

        Assert.Equal(Math.Exp(exponent), figure.Value, 12);
        Assert.InRange(figure.Value, figure.Estimate!.Value.Interval.Lower, figure.Estimate.Value.Interval.Upper);
    }

    /// <summary>As Python's <c>len(re.split(r"\s+", text))</c>.</summary>
    [Theory]
    [InlineData("one", 1)]
    [InlineData("one two\n\nthree", 3)]
    [InlineData(" one  two ", 4)]
    [InlineData("one\\u00a0two\\u001cthree", 3)]
    public void Words_are_what_white_space_separates_as_lm_evaluation_harness_counts_them(string text, int words)
    {
        var task = LanguageTasks.Task(LanguageTasks.Kind("perplexity"), $$"""{"text": "{{text.Replace("\n", "\\n", StringComparison.Ordinal)}}"}""");

        Assert.Equal(Math.Exp(12.0 / words), task.Figure("word_perplexity", new ScriptedModel([(-12, 5)])).Value, 9);
    }

    /// <summary>e² − e¹; each of the two documents adds its own part, so the interval lies around the difference.</summary>
    [Fact]
    public void A_difference_is_that_of_the_perplexities()
    {
        var task = LanguageTasks.Task(LanguageTasks.Kind("perplexity"), """{"text": "ab"}""", """{"text": "cd"}""");

        var figure = task.Figure("token_perplexity", new ScriptedModel([(-3, 2), (-5, 2)]), new ScriptedModel([(-2, 2), (-2, 2)]));

        Assert.Equal(Math.Exp(2) - Math.E, figure.Value, 12);
        Assert.Equal(figure.Value, figure.Estimate!.Value.Value, 12);
        Assert.InRange(figure.Value, figure.Estimate.Value.Interval.Lower, figure.Estimate.Value.Interval.Upper);
    }

    [Fact]
    public void Models_that_score_alike_differ_by_exactly_nothing()
    {
        var task = LanguageTasks.Task(LanguageTasks.Kind("perplexity"), """{"text": "ab"}""", """{"text": "cd"}""");
        var model = new ScriptedModel([(-3, 2), (-5, 2)]);

        Assert.Equal(new Estimate(0, new(0, 0)), task.Figure("token_perplexity", model, model).Estimate);
    }

    /// <summary>A document longer than the context: its windows are disjoint, and what stands in another document does not count.</summary>
    [Fact]
    public void A_document_is_scored_by_itself_in_windows_of_the_context()
    {
        TorchRuntime.EnsureLoaded();
        using var model = new LanguageModel(TinyModel.Random(seed: 4), TinyModel.Tokenizer);
        var text = string.Concat(Enumerable.Range(0, 12).Select(i => $"word {i} "));

        var together = model.ScoreTexts([text, "abc", ""], TestContext.Current.CancellationToken);

        Assert.Equal([text.Length, 3, 0], together.Select(score => score.Tokens));
        Assert.Equal(model.ScoreText([text], TestContext.Current.CancellationToken)[0].LogLikelihood, together[0].LogLikelihood, 4);
        Assert.Equal(model.Score([("", "abc")], TestContext.Current.CancellationToken)[0].LogLikelihood, together[1].LogLikelihood, 5);
    }
}
