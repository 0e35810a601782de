using FsCheck.Xunit;
using MergeOps.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

/// <summary>How two vocabularies differ, told by all tokens and by outlines alike.</summary>
public sealed class VocabularyComparisonTests
{
    private static readonly string[] Pieces = [.. Enumerable.Range(0, 700).Select(i => $"piece{i}")];

    [Fact]
    public void Another_name_for_a_special_token_is_a_renamed_one()
    {
        var difference = Between(TokenizerFixture.Json(Pieces, "<|im_start|>", "<pad>"), TokenizerFixture.Json(Pieces, "<|reserved_special_token_0|>", "<pad>"));

        Assert.Equal([new(700, "<|im_start|>", "<|reserved_special_token_0|>")], difference.Renamed);
        Assert.False(difference.IsDifferent || difference.IsExtended || difference.IsSame);
    }

    [Fact]
    public void Reserved_places_that_are_numbered_anew_have_not_moved()
    {
        // Llama 3 and Llama 3.1: two places got names, the numbers of the others moved
        var difference = Between(
            TokenizerFixture.Json(Pieces, "<|reserved_special_token_2|>", "<|reserved_special_token_3|>", "<|eot_id|>", "<|reserved_special_token_4|>"),
            TokenizerFixture.Json(Pieces, "<|finetune_right_pad_id|>", "<|reserved_special_token_2|>", "<|eot_id|>", "<|python_tag|>"));

        Assert.False(difference.IsDifferent);
        Assert.Equal([700, 703, 701], difference.Renamed.Select(pair => pair.Id));
    }

    [Fact]
    public void Tokens_behind_all_others_make_a_vocabulary_longer_in_both_directions()
    {
        var (small, large) = (TokenizerFixture.Of(TokenizerFixture.Json(Pieces)), TokenizerFixture.Of(TokenizerFixture.Json(Pieces, "<|im_start|>", "<|im_end|>")));

        var more = VocabularyComparison.Of(large, small);
        var fewer = VocabularyComparison.Of(small, large);

        Assert.Equal((2, 0, false), (more.OnlyMine.Count, more.OnlyOther.Count, more.IsDifferent));
        Assert.Equal((0, 2, false), (fewer.OnlyMine.Count, fewer.OnlyOther.Count, fewer.IsDifferent));
        Assert.Equal(["<|im_start|>", "<|im_end|>"], fewer.OnlyOther.Known.Select(token => token.Text));
    }

    [Fact]
    public void A_vocabulary_can_be_longer_and_have_other_names()
    {
        var difference = Between(TokenizerFixture.Json(Pieces, "<a>", "<b>"), TokenizerFixture.Json(Pieces, "<unused0>"));

        Assert.Equal((1, 1, false), (difference.Renamed.Length, difference.OnlyMine.Count, difference.IsDifferent));
    }

    [Fact]
    public void A_token_under_another_id_has_moved_be_it_special_or_not()
    {
        var special = Between(TokenizerFixture.Json(Pieces, "<a>", "<b>"), TokenizerFixture.Json(Pieces, "<b>", "<a>"));
        var ordinary = Between(TokenizerFixture.Json(Pieces), TokenizerFixture.Json(["<s>", .. Pieces]));

        Assert.Equal([new("<a>", 700, 701), new("<b>", 701, 700)], special.Moved);
        Assert.Empty(special.Renamed);
        Assert.Equal(700, ordinary.Moved.Length);
        Assert.Equal(new("piece0", 0, 1), ordinary.Moved[0]);
    }

    [Fact]
    public void A_token_that_one_appends_and_the_other_has_already_has_moved()
    {
        var difference = Between(TokenizerFixture.Json(Pieces, "<a>", "<b>", "<c>"), TokenizerFixture.Json(Pieces, "<x>", "<c>"));

        Assert.Equal([new("<c>", 702, 701)], difference.Moved);
    }

    [Fact]
    public void An_ordinary_token_that_became_a_special_one_or_another_one_is_replaced()
    {
        string[] other = [.. Pieces];
        other[300] = "<|call|>";
        other[301] = "another";

        var difference = Between(TokenizerFixture.Json(Pieces), TokenizerFixture.Json(other));

        Assert.True(difference.IsDifferent);
        Assert.Equal([new(300, "piece300", "<|call|>"), new(301, "piece301", "another")], difference.Replaced);
    }

    [Fact]
    public void Outlines_name_the_block_where_they_do_not_know_the_token()
    {
        string[] other = [.. Pieces];
        other[301] = "another";
        var (mine, changed) = (TokenizerFixture.Of(TokenizerFixture.Json(Pieces)).Outline(), TokenizerFixture.Of(TokenizerFixture.Json(other)).Outline());

        var difference = VocabularyComparison.Of(mine, changed);

        Assert.Equal([new(256, 511)], difference.DifferentWithin);
        Assert.False(difference.IsComplete);
    }

    [Fact]
    public void An_outline_that_goes_on_with_ordinary_tokens_is_a_longer_vocabulary()
    {
        // 700 is no border of blocks: 44 of the 256 ids from 512 on are only in the longer one
        var (small, large) = (TokenizerFixture.Of(TokenizerFixture.Json(Pieces)), TokenizerFixture.Of(TokenizerFixture.Json([.. Pieces, .. Enumerable.Range(0, 400).Select(i => $"more{i}")])));

        foreach (var difference in new[] { VocabularyComparison.Of(small.Outline(), large.Outline()), VocabularyComparison.Of(small, large.Outline()) })
        {
            Assert.Equal((0, 400, false), (difference.OnlyMine.Count, difference.OnlyOther.Count, difference.IsDifferent));
        }
    }

    [Fact]
    public void A_hole_among_ordinary_tokens_leaves_an_outline_untold_and_is_no_match()
    {
        var whole = TokenizerFixture.Of(TokenizerFixture.Json(Pieces));
        var holed = TokenizerFixture.Of(TokenizerFixture.JsonOf([.. Pieces.Select((text, id) => (text, id)).Where(token => token.id != 300)]));

        Assert.False(VocabularyComparison.Of(whole, holed).IsDifferent);
        Assert.True(VocabularyComparison.Of(whole.Outline(), holed.Outline()).IsDifferent);
    }

    [Fact]
    public void A_token_that_one_lists_as_added_and_the_other_does_not_is_the_same_token()
    {
        var added = TokenizerFixture.Of("""{"added_tokens": [{"id": 1, "content": "b"}], "model": {"vocab": {"a": 0, "b": 1, "c": 2}}}""");
        var plain = TokenizerFixture.Of("""{"model": {"vocab": {"a": 0, "b": 1, "c": 2}}}""");

        Assert.True(VocabularyComparison.Of(added.Outline(), plain.Outline()).IsSame);
        Assert.True(VocabularyComparison.Of(plain, added.Outline()).IsSame);
    }

    [Property(MaxTest = 300)]
    public void Whatever_changes_outlines_decide_as_all_tokens_do(int seed)
    {
        var random = new Random(seed);
        var (first, second) = Variants(random);
        var (mine, other) = (TokenizerFixture.Of(first), TokenizerFixture.Of(second));
        var whole = VocabularyComparison.Of(mine, other);

        foreach (var difference in new[]
        {
            VocabularyComparison.Of(mine.Outline(), other.Outline()),
            VocabularyComparison.Of(mine, other.Outline()),
            VocabularyComparison.Of(mine.Outline(), other),
        })
        {
            Assert.Equal((whole.IsSame, whole.IsDifferent), (difference.IsSame, difference.IsDifferent));
            Assert.Equal((whole.OnlyMine.Count, whole.OnlyOther.Count), (difference.OnlyMine.Count, difference.OnlyOther.Count));
            Assert.True(whole.IsDifferent || whole.Renamed.SequenceEqual(difference.Renamed));
            Assert.Subset(whole.Moved.ToHashSet(), difference.Moved.ToHashSet());
        }
    }

    [Property(MaxTest = 100)]
    public void The_other_direction_says_the_same_with_the_sides_changed(int seed)
    {
        var (first, second) = Variants(new Random(seed));
        var (mine, other) = (TokenizerFixture.Of(first), TokenizerFixture.Of(second));

        var (there, back) = (VocabularyComparison.Of(mine, other), VocabularyComparison.Of(other, mine));

        Assert.Equal((there.IsSame, there.IsDifferent), (back.IsSame, back.IsDifferent));
        Assert.Equal((there.OnlyMine.Count, there.OnlyOther.Count), (back.OnlyOther.Count, back.OnlyMine.Count));
        Assert.Equal(there.Renamed.Select(pair => pair.Id), back.Renamed.Select(pair => pair.Id));
        Assert.Equal(there.Moved.ToHashSet(), back.Moved.Select(token => new MovedToken(token.Text, token.Other, token.Mine)).ToHashSet());
    }

    [Property(MaxTest = 100)]
    public void The_kind_of_a_difference_is_what_was_done_to_the_vocabulary(int seed)
    {
        var random = new Random(seed);
        List<(string Text, int Id)> tokens = [.. Ordinary(random), .. Special(random, 2000)];
        var mine = TokenizerFixture.Of(TokenizerFixture.JsonOf(tokens));

        // another order, which only a fixed point would not show
        var (i, j) = (random.Next(tokens.Count), random.Next(tokens.Count));
        List<(string Text, int Id)> swapped = [.. tokens];
        (swapped[i], swapped[j]) = ((tokens[i].Text, tokens[j].Id), (tokens[j].Text, tokens[i].Id));
        var reservedOnly = TokenSpelling.IsReserved(tokens[i].Text) && TokenSpelling.IsReserved(tokens[j].Text);
        Assert.Equal(i != j && !reservedOnly, VocabularyComparison.Of(TokenizerFixture.Of(TokenizerFixture.JsonOf(swapped)), mine).IsDifferent);

        // names
        List<(string Text, int Id)> renamed = [.. tokens.Select(token => token.Id >= 2000 ? ($"<new{token.Id}>", token.Id) : token)];
        Assert.Equal(renamed.Count(token => token.Id >= 2000), VocabularyComparison.Of(TokenizerFixture.Of(TokenizerFixture.JsonOf(renamed)), mine).Renamed.Length);

        // more
        var longer = VocabularyComparison.Of(TokenizerFixture.Of(TokenizerFixture.JsonOf(tokens, "<more>", "and more")), mine);
        Assert.Equal((2, false), (longer.OnlyMine.Count, longer.IsDifferent));
    }

    private static VocabularyDifference Between(string mine, string other) => VocabularyComparison.Of(TokenizerFixture.Of(mine), TokenizerFixture.Of(other));

    // ordinary tokens, special ones behind them, and a few changes of each kind in the second
    private static (string First, string Second) Variants(Random random)
    {
        List<(string Text, int Id)> tokens = [.. Ordinary(random), .. Special(random, 900)];
        List<(string Text, int Id)> changed = [.. tokens];
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            var i = random.Next(changed.Count);
            switch (random.Next(6))
            {
                case 0:
                    var j = random.Next(changed.Count);
                    (changed[i], changed[j]) = ((changed[i].Text, changed[j].Id), (changed[j].Text, changed[i].Id));
                    break;
                case 1:
                    changed[i] = ($"other{changes}", changed[i].Id);
                    break;
                case 2:
                    changed[i] = ($"<other{changes}>", changed[i].Id);
                    break;
                case 3 when changed[^1].Id >= 900:
                    changed.RemoveAt(random.Next(changed.FindIndex(token => token.Id >= 900), changed.Count));
                    break;
                case 4:
                    changed[^1] = ($"<late{changes}>", changed[^1].Id);
                    break;
                default:
                    changed.Add(($"<more{changes}>", changed.Max(token => token.Id) + 1));
                    break;
            }
        }

        string[] added = random.Next(2) == 0 ? ["<|added|>"] : [];
        return (TokenizerFixture.JsonOf(tokens), TokenizerFixture.JsonOf(changed, added));
    }

    private static IEnumerable<(string Text, int Id)> Ordinary(Random random) =>
        Enumerable.Range(0, random.Next(1, 600)).Select(id => ($"{(char)('a' + random.Next(26))}{id}", id));

    private static IEnumerable<(string Text, int Id)> Special(Random random, int from) =>
        Enumerable.Range(0, random.Next(1, 40)).Select(place => (random.Next(2) == 0 ? $"<unused{place}>" : $"<name{place}>", from + place));
}
