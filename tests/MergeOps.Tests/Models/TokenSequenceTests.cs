using MergeOps.Diagnostics;
using MergeOps.Models;
using Xunit;

namespace MergeOps.Tests.Models;

public sealed class TokenSequenceTests
{
    private const int Begin = 256;

    private static readonly ITokenizer Tokenizer = TinyModel.Tokenizer;

    [Fact]
    public void The_continuation_counts_and_its_context_does_not()
    {
        var sequence = TokenSequence.Pair(Tokenizer, "ab", "cd", contextLength: 10);

        Assert.Equal([Begin, 'a', 'b', 'c', 'd'], sequence.Ids);
        Assert.Equal(3, sequence.FirstPredicted);
    }

    [Fact]
    public void White_space_at_the_end_of_the_context_counts_with_the_continuation() =>
        Assert.Equal(3, TokenSequence.Pair(Tokenizer, "ab ", "cd", contextLength: 10).FirstPredicted);

    [Fact]
    public void Without_context_the_first_token_is_predicted_from_the_begin_token() =>
        Assert.Equal((2, 1), TokenSequence.Pair(Tokenizer, "", "cd", contextLength: 10) is var s ? (s.Predicted, s.FirstPredicted) : default);

    [Fact]
    public void What_does_not_fit_is_cut_off_on_the_left()
    {
        var sequence = TokenSequence.Pair(Tokenizer, "abcdef", "gh", contextLength: 3);

        Assert.Equal(['e', 'f', 'g', 'h'], sequence.Ids);
        Assert.Equal(2, sequence.Predicted);
    }

    [Fact]
    public void A_continuation_longer_than_the_context_is_an_error() =>
        Assert.Equal(Codes.ContinuationTooLong, Assert.Throws<MergeOpsException>(
            () => TokenSequence.Pair(Tokenizer, "a", "bcdef", contextLength: 4)).Diagnostic.Code);

    /// <summary>A chat template that writes the token that begins texts.</summary>
    [Fact]
    public void A_context_that_begins_with_the_begin_token_gets_no_second_one() =>
        Assert.Equal([Begin, 'h', 'i', 'x'], TokenSequence.Pair(Tokenizer, Tokenizer.Decode([Begin]) + "hi", "x", contextLength: 10).Ids);

    [Fact]
    public void Windows_predict_every_token_of_a_text_once()
    {
        var windows = TokenSequence.Windows(Tokenizer, "abcdefg", contextLength: 3).ToArray();

        Assert.Equal([[Begin, 'a', 'b', 'c'], ['c', 'd', 'e', 'f'], ['f', 'g']], windows.Select(window => window.Ids));
        Assert.Equal(7, windows.Sum(window => window.Predicted));
    }
}
