using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Scoring;
using MergeOps.Evaluation.Tasks;
using Xunit;

namespace MergeOps.Tests.Evaluation.Scoring;

public sealed class ScoreCacheTests : IDisposable
{
    private static readonly ScoreKey Key = new("model", "data");

    // right or not, loss, tokens
    private static readonly double[][] Rows = [[1, 0.1 + 0.2, 3], [0, double.PositiveInfinity, 1]];

    private static readonly ItemScores Scores = ItemScores.Of(SmallEvaluation.Kind.Columns, Rows);

    private readonly string folder = Directory.CreateTempSubdirectory("mergeops-scores-").FullName;
    private readonly DiagnosticBag notes = [];
    private readonly ScoreCache cache;

    public ScoreCacheTests()
    {
        cache = new(folder);
        cache.Remember(Key, SmallEvaluation.Kind, Scores, notes);
    }

    private string Entry => Assert.Single(Directory.GetFiles(folder));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Scores_come_back_to_the_last_bit()
    {
        AssertSame(cache.Find(Key, Task(2), notes)!);
        Assert.Empty(notes);
    }

    /// <summary>What an earlier mergeops remembered stays known.</summary>
    [Fact]
    public void An_entry_has_the_text_that_it_always_had() => Assert.Equal(
        """
        {
          "data": "data",
          "digest": "bf7abec7f7059fce5ac1575265756624a5cb67260d41a97b78671b3aa20f581b",
          "items": [
            {
              "correct": true,
              "loss": 0.30000000000000004,
              "tokens": 3
            },
            {
              "correct": false,
              "loss": "Infinity",
              "tokens": 1
            }
          ],
          "model": "model",
          "scorer": 3
        }

        """,
        File.ReadAllText(Entry));

    [Fact]
    public void Scores_of_another_model_or_other_data_are_not_found()
    {
        Assert.Null(cache.Find(Key with { Model = "other" }, Task(2), notes));
        Assert.Null(cache.Find(Key with { Data = "other" }, Task(2), notes));
        Assert.Empty(notes);
    }

    [Theory]
    [InlineData("\"tokens\": 3", "\"tokens\": 4")]
    [InlineData("\"correct\": true", "\"correct\": false")]
    [InlineData("\"model\": \"model\"", "\"model\": \"other\"")]
    [InlineData("\"scorer\": 3", "\"scorer\": 2")]
    [InlineData("\"data\"", "\"more\": 1, \"data\"")]
    [InlineData("]", "")]
    public void A_changed_entry_is_a_miss_and_reported(string text, string replacement)
    {
        File.WriteAllText(Entry, File.ReadAllText(Entry).Replace(text, replacement, StringComparison.Ordinal));

        Assert.Null(cache.Find(Key, Task(2), notes));
        Assert.Equal("MOPS621", Assert.Single(notes).Code.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"data": "data", "digest": "", "items": null, "model": "model", "scorer": 1}""")]
    [InlineData("\0\0\0\0")]
    public void An_entry_that_is_something_else_is_a_miss_and_reported(string text)
    {
        File.WriteAllText(Entry, text);

        Assert.Null(cache.Find(Key, Task(2), notes));
        Assert.Equal("MOPS621", Assert.Single(notes).Code.Id);
    }

    [Fact]
    public void An_entry_with_another_number_of_items_is_a_miss()
    {
        Assert.Null(cache.Find(Key, Task(3), notes));
        Assert.Equal("MOPS621", Assert.Single(notes).Code.Id);
    }

    [Fact]
    public void A_damaged_entry_is_replaced_by_the_next_measurement()
    {
        File.WriteAllText(Entry, "");
        cache.Remember(Key, SmallEvaluation.Kind, Scores, notes);

        AssertSame(cache.Find(Key, Task(2), notes)!);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_reported_and_the_run_goes_on()
    {
        new ScoreCache(Entry).Remember(Key, SmallEvaluation.Kind, Scores, notes);

        Assert.Equal("MOPS622", Assert.Single(notes).Code.Id);
    }

    private static Subject Task(int items) => new(
        "sums", SmallEvaluation.Kind, [.. Enumerable.Range(0, items).Select(item => new PromptItem($"{item}", "ok"))], new string('1', 64));

    private static void AssertSame(ItemScores scores)
    {
        Assert.Equal(2, scores.Count);
        Assert.All(SmallEvaluation.Kind.Columns.Index(), column => Assert.Equal(Rows.Select(row => row[column.Index]), scores[column.Item]));
    }
}
