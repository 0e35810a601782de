using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Scores;
using Xunit;

namespace MergeOps.Tests.Evaluation.Scores;

public sealed class ScoreCacheTests : IDisposable
{
    private static readonly ScoreKey Key = new("model", "data");

    private static readonly ImmutableArray<ItemScore> Scores = [new(0.1 + 0.2, 3, true), new(double.PositiveInfinity, 1, false)];

    private readonly string folder = Directory.CreateTempSubdirectory("mergeops-scores-").FullName;
    private readonly DiagnosticBag notes = [];
    private readonly ScoreCache cache;

    public ScoreCacheTests()
    {
        cache = new(folder);
        cache.Remember(Key, Scores, notes);
    }

    private string Entry => Assert.Single(Directory.GetFiles(folder));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Scores_come_back_to_the_last_bit()
    {
        Assert.Equal(Scores, cache.Find(Key, 2, notes));
        Assert.Empty(notes);
    }

    [Fact]
    public void Scores_of_another_model_or_other_data_are_not_found()
    {
        Assert.Null(cache.Find(Key with { Model = "other" }, 2, notes));
        Assert.Null(cache.Find(Key with { Data = "other" }, 2, notes));
        Assert.Empty(notes);
    }

    [Theory]
    [InlineData("\"tokens\": 3", "\"tokens\": 4")]
    [InlineData("\"correct\": true", "\"correct\": false")]
    [InlineData("\"model\": \"model\"", "\"model\": \"other\"")]
    [InlineData("\"scorer\": 2", "\"scorer\": 1")]
    [InlineData("\"data\"", "\"more\": 1, \"data\"")]
    [InlineData("]", "")]
    public void A_changed_entry_is_a_miss_and_reported(string text, string replacement)
    {
        File.WriteAllText(Entry, File.ReadAllText(Entry).Replace(text, replacement, StringComparison.Ordinal));

        Assert.Null(cache.Find(Key, 2, notes));
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

        Assert.Null(cache.Find(Key, 2, notes));
        Assert.Equal("MOPS621", Assert.Single(notes).Code.Id);
    }

    [Fact]
    public void An_entry_with_another_number_of_items_is_a_miss()
    {
        Assert.Null(cache.Find(Key, 3, notes));
        Assert.Equal("MOPS621", Assert.Single(notes).Code.Id);
    }

    [Fact]
    public void A_damaged_entry_is_replaced_by_the_next_measurement()
    {
        File.WriteAllText(Entry, "");
        cache.Remember(Key, Scores, notes);

        Assert.Equal(Scores, cache.Find(Key, 2, notes));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_reported_and_the_run_goes_on()
    {
        new ScoreCache(Entry).Remember(Key, Scores, notes);

        Assert.Equal("MOPS622", Assert.Single(notes).Code.Id);
    }
}
