using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Scores;
using Xunit;

namespace MergeOps.Tests.Evaluation.External;

public sealed class HarnessResultsTests : IDisposable
{
    // the keys of lm_eval/result_schema.py with values of the sizes that they have
    private const string Results = """
        {
          "results": {
            "hellaswag": {"alias": "hellaswag", "sample_len": 10042, "acc,none": 0.4021, "acc_stderr,none": 0.0049, "acc_norm,none": 0.5251, "acc_norm_stderr,none": 0.00498},
            "gsm8k": {"alias": "gsm8k", "exact_match,strict-match": 0.61, "exact_match_stderr,strict-match": 0.0134, "exact_match,flexible-extract": 0.64, "exact_match_stderr,flexible-extract": 0.0132},
            "wikitext": {"alias": "wikitext", "word_perplexity,none": 12.5, "word_perplexity_stderr,none": "N/A"},
            "broken": {"alias": "NaN", "acc,none": NaN, "f1,none": "N/A", "mcc,none": -Infinity, "huge,none": 1e999}
          },
          "versions": {"hellaswag": 1.0, "gsm8k": 3, "wikitext": "N/A"},
          "n-shot": {"hellaswag": 0, "gsm8k": 5},
          "higher_is_better": {"hellaswag": {"acc": true, "acc_norm": true}, "wikitext": {"word_perplexity": false}, "gsm8k": {"exact_match": null}},
          "n-samples": {"hellaswag": {"original": 10042, "effective": 500}},
          "task_hashes": {"hellaswag": "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"},
          "chat_template_sha": null,
          "git_hash": "v0.4.9-12-g4e7e0d4",
          "total_evaluation_time_seconds": "12.5"
        }
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_score_comes_with_everything_that_says_how_it_was_measured()
    {
        var score = Find("hellaswag", "acc_norm");

        Assert.Equal(0.5251, score.Figure.Value);
        Assert.Equal(0.00498, score.StandardError);
        Assert.Equal((500L, 10042L, "1.0", 0L, true), (score.Count, score.Available, score.TaskVersion, score.Shots, score.HigherIsBetter));
        Assert.Equal("n = 500 of 10042, task version 1.0, 0-shot", score.Conditions);
        Assert.Equal("scored by lm-evaluation-harness v0.4.9-12-g4e7e0d4", score.Scorer);
        Assert.StartsWith("0011", score.TaskHash, StringComparison.Ordinal);
        Assert.Null(score.ChatTemplate);
        // 1.96 standard errors to each side
        Assert.Equal(0.5251 - 0.00976, score.Figure.Interval!.Value.Lower, 4);
    }

    [Fact]
    public void Smaller_can_be_better_and_a_standard_error_can_be_unknown()
    {
        var score = Find("wikitext", "word_perplexity");

        Assert.Equal((12.5, null, false, null), (score.Figure.Value, score.StandardError, score.HigherIsBetter, score.TaskVersion));
        Assert.Null(score.Figure.Interval);
    }

    [Fact]
    public void A_filter_is_named_where_there_are_several()
    {
        Assert.Equal(0.64, Find("gsm8k", "exact_match,flexible-extract").Figure.Value);
        Assert.Equal(
            "the task 'gsm8k' has several filters for 'exact_match'; name one of 'exact_match,strict-match', 'exact_match,flexible-extract'",
            Find("gsm8k", "exact_match").Figure.WhyNot);
    }

    [Theory]
    [InlineData("broken", "acc", "'acc,none' of the task 'broken' is not a number")]
    [InlineData("broken", "f1", "'f1,none' of the task 'broken' is not a number")]
    [InlineData("broken", "mcc", "'mcc,none' of the task 'broken' is not a number")]
    [InlineData("broken", "huge", "'huge,none' of the task 'broken' is not a number")]
    [InlineData("hellaswag", "acc_nrom", "the task 'hellaswag' has no metric 'acc_nrom'; there are 'acc,none', 'acc_norm,none'")]
    [InlineData("helaswag", "acc", "the results have no task 'helaswag'; there are 'hellaswag', 'gsm8k', 'wikitext', 'broken' Did you mean 'hellaswag'?")]
    public void What_is_no_finite_number_is_no_score(string task, string metric, string why) => Assert.Equal(why, Find(task, metric).Figure.WhyNot);

    [Theory]
    [InlineData("{", "It is not valid JSON")]
    [InlineData("[]", "no object 'results'")]
    [InlineData("""{"results": []}""", "no object 'results'")]
    [InlineData("""{"results": {}, "results": {}}""", "It is not valid JSON")]
    public void A_file_that_is_something_else_is_refused(string text, string why)
    {
        var found = new DiagnosticBag();

        Assert.Null(ResultsFile.Read(folder.Write("results.json", Encoding.UTF8.GetBytes(text)), found));

        var mistake = Assert.Single(found);
        Assert.Equal("MOPS613", mistake.Code.Id);
        Assert.Contains(why, mistake.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_mistake_of_whoever_named_it()
    {
        var found = new DiagnosticBag();

        Assert.Null(ResultsFile.Read(folder["none.json"], found));
        Assert.Equal("MOPS613", Assert.Single(found).Code.Id);
    }

    [Fact]
    public void Words_for_no_number_within_a_text_stay_as_they_are() =>
        Assert.Equal(
            """{"a": "NaN \" Infinity", "b": null, "c": [null, null]}""",
            Encoding.UTF8.GetString(HarnessJson.WithoutNaN("""{"a": "NaN \" Infinity", "b": NaN, "c": [-Infinity, Infinity]}"""u8.ToArray()).Span));

    [Fact]
    public void A_score_survives_the_way_through_evaluation_json()
    {
        var metric = new Figure("hellaswag", new HarnessMetric("acc_norm"));
        var score = Find("hellaswag", "acc_norm");

        var json = ExternalScoresJson.Write(new Dictionary<Figure, ExternalScore> { [metric] = score }.ToImmutableDictionary());

        Assert.Equal(score, ExternalScoresJson.Read(json["hellaswag.acc_norm"]!.AsObject()));
    }

    private ExternalScore Find(string task, string metric)
    {
        var found = new DiagnosticBag();
        var results = ResultsFile.Read(folder.Write("results.json", Encoding.UTF8.GetBytes(Results)), found);
        Assert.Empty(found);
        return results!.Find(ExternalMetric.Of(task, task, metric));
    }
}
