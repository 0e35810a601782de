using MergeOps.Models;
using MergeOps.Runtime;
using Xunit;

namespace MergeOps.Tests.Models;

public sealed class ModelTrainerTests
{
    private const double Float32Tolerance = 1e-5;

    public ModelTrainerTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void The_loss_is_the_mean_negative_log_likelihood_of_the_tokens_that_count()
    {
        using var model = TinyModel.Random(seed: 6);
        using var scorer = new LanguageModel(model, TinyModel.Tokenizer);
        var scores = scorer.Score([("ab", "cd"), ("", "xyz")], TestContext.Current.CancellationToken);
        using var trainer = new ModelTrainer(model, weightDecay: 0);

        var loss = trainer.Step([Pair("ab", "cd"), Pair("", "xyz")], learningRate: 0);

        Assert.Equal(-scores.Sum(score => score.LogLikelihood) / 5, loss, Float32Tolerance);
    }

    [Fact]
    public void Training_on_a_text_makes_it_the_greedy_continuation()
    {
        using var model = TinyModel.Random(seed: 7);
        using var scorer = new LanguageModel(model, TinyModel.Tokenizer);
        (string, string)[] item = [("one ", "two")];
        Assert.False(scorer.Score(item, TestContext.Current.CancellationToken)[0].IsGreedy);

        using (var trainer = new ModelTrainer(model, weightDecay: 0))
        {
            for (var step = 0; step < 50; step++)
            {
                trainer.Step([Pair("one ", "two")], learningRate: 0.02);
            }
        }

        Assert.True(scorer.Score(item, TestContext.Current.CancellationToken)[0].IsGreedy);
    }

    private static TokenSequence Pair(string context, string continuation) =>
        TokenSequence.Pair(TinyModel.Tokenizer, context, continuation, contextLength: 32);
}
