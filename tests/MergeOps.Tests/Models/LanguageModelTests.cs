using MergeOps.Architectures.Decoders;
using MergeOps.Models;
using MergeOps.Runtime;
using Xunit;

namespace MergeOps.Tests.Models;

public sealed class LanguageModelTests
{
    private const double Float32Tolerance = 1e-5;

    public LanguageModelTests() => TorchRuntime.EnsureLoaded();

    /// <summary>
    /// A model that looks at the last token only. Embeddings a = (1, 0), b = (0, 1), begin = (1, 1); after the norm the
    /// states are (√2, 0), (0, √2) and (1, 1), so the logits of (a, b, begin) are (√2, 0, √2), (0, √2, √2) and (1, 1, 2).
    /// </summary>
    [Fact]
    public void A_score_is_the_sum_of_the_log_softmax_of_the_continuation()
    {
        using var model = new LanguageModel(
            TinyModel.Create(TinyModel.Config, (DecoderTensors.Embedding, [1, 0, 0, 1, 1, 1])), new LettersAAndB());
        var root = Math.Sqrt(2);
        var aAfterA = root - Math.Log(Math.Exp(root) + 1 + Math.Exp(root));
        var bAfterA = 0 - Math.Log(Math.Exp(root) + 1 + Math.Exp(root));
        var aAfterBegin = 1 - Math.Log(Math.E + Math.E + Math.Exp(2));

        var scores = model.Score([("a", "a"), ("a", "ab"), ("", "a")], TestContext.Current.CancellationToken);

        Assert.Equal([aAfterA, aAfterA + bAfterA, aAfterBegin], scores.Select(s => s.LogLikelihood), (x, y) => Math.Abs(x - y) < Float32Tolerance);
        Assert.Equal([1, 2, 1], scores.Select(s => s.Tokens));
        Assert.Equal([true, false, false], scores.Select(s => s.IsGreedy));
    }

    [Fact]
    public void An_empty_continuation_scores_nothing_and_is_always_greedy()
    {
        using var model = new LanguageModel(TinyModel.Random(seed: 2), TinyModel.Tokenizer);

        Assert.Equal(new ContinuationScore(0, 0, IsGreedy: true), Assert.Single(model.Score([("abc", "")], TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void The_company_in_a_batch_does_not_change_a_score()
    {
        using var model = new LanguageModel(TinyModel.Random(seed: 3), TinyModel.Tokenizer);
        (string, string)[] items = [("a", "b"), ("a longer context", " and answer"), ("", "x"), ("abc", "defgh")];

        var together = model.Score(items, TestContext.Current.CancellationToken);
        var alone = items.SelectMany(item => model.Score([item], TestContext.Current.CancellationToken));

        Assert.All(together.Zip(alone), pair => Assert.Equal(pair.Second.LogLikelihood, pair.First.LogLikelihood, Float32Tolerance));
    }

    /// <summary>A text is the same as each of its windows as a continuation of the token before it.</summary>
    [Fact]
    public void A_text_longer_than_the_context_is_scored_in_windows()
    {
        using var model = new LanguageModel(TinyModel.Random(seed: 4), TinyModel.Tokenizer);
        var text = string.Concat(Enumerable.Range(0, 20).Select(i => $"word {i} "));
        var score = Assert.Single(model.ScoreText([text], TestContext.Current.CancellationToken));
        var firstWindow = model.Score([("", text[..32])], TestContext.Current.CancellationToken)[0];

        Assert.Equal(text.Length, score.Tokens);
        Assert.True(score.LogLikelihood < firstWindow.LogLikelihood);
    }

    [Fact]
    public void Who_listens_hears_how_far_a_call_is()
    {
        using var model = new LanguageModel(TinyModel.Random(seed: 3), TinyModel.Tokenizer);
        List<double> heard = [];
        model.Advanced = heard.Add;

        model.Score([("a", "b"), ("abc", "defgh")], TestContext.Current.CancellationToken);

        Assert.NotEmpty(heard);
        Assert.Equal(heard.Order(), heard);
        Assert.Equal(1, heard[^1], 12);
        Assert.True(heard[0] > 0);
    }

    [Fact]
    public void The_blocks_of_a_text_change_nothing_but_where_its_score_is_summed()
    {
        using var model = new LanguageModel(TinyModel.Random(seed: 4), TinyModel.Tokenizer);
        string[] blocks = [.. Enumerable.Range(0, 20).Select(i => $"word {i} ")];

        var scores = model.ScoreText(blocks, TestContext.Current.CancellationToken);
        var whole = model.ScoreText([string.Concat(blocks)], TestContext.Current.CancellationToken)[0];

        Assert.Equal(blocks.Select(block => block.Length), scores.Select(score => score.Tokens));
        Assert.Equal(whole.LogLikelihood, scores.Sum(score => score.LogLikelihood), 9);
    }

    [Fact]
    public void Cancellation_is_heard_between_batches()
    {
        using var model = new LanguageModel(TinyModel.Random(seed: 5), TinyModel.Tokenizer);

        Assert.Throws<OperationCanceledException>(() => model.Score([("a", "b")], new CancellationToken(canceled: true)));
    }

    private sealed class LettersAAndB : ITokenizer
    {
        public int? Begin => 2;

        public int? Separator => null;

        public int Count => 3;

        public int[] Encode(string text) => [.. text.Select(letter => letter - 'a')];

        public string Decode(IReadOnlyList<int> ids) => string.Concat(ids.Select(id => (char)('a' + id)));
    }
}
