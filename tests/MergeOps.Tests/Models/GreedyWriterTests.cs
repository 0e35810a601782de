using MergeOps.Models;
using MergeOps.Runtime;
using Xunit;

namespace MergeOps.Tests.Models;

/// <summary>Texts that a random model of bytes writes; that its tokens are the right ones is shown against transformers.</summary>
public sealed class GreedyWriterTests
{
    private static readonly string[] Prompts = ["a", "a longer prompt", "abc", "the longest one of all"];

    public GreedyWriterTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Each_token_is_the_one_that_scores_best_after_those_before_it()
    {
        using var model = Model();

        var written = model.Generate(Prompts, new(6, []), TestContext.Current.CancellationToken);

        Assert.All(Prompts.Zip(written), pair => Assert.True(
            pair.Second.Text.Contains('\uFFFD', StringComparison.Ordinal)
            || model.Score([(pair.First.TrimEnd(), pair.Second.Text)], TestContext.Current.CancellationToken)[0].IsGreedy));
    }

    [Fact]
    public void The_company_in_a_batch_does_not_change_a_text()
    {
        using var model = Model();

        Assert.Equal(
            Prompts.SelectMany(prompt => model.Generate([prompt], new(6, []), TestContext.Current.CancellationToken)),
            model.Generate(Prompts, new(6, []), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_text_ends_before_the_first_stop()
    {
        using var model = Model();
        var (whole, hasEnded) = model.Generate(["abc"], new(8, []), TestContext.Current.CancellationToken)[0];
        var stop = whole[3..5];

        Assert.False(hasEnded);
        Assert.Equal(new WrittenText(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], HasEnded: true), model.Generate(["abc"], new(8, ["never", stop]), TestContext.Current.CancellationToken)[0]);
    }

    [Fact]
    public void A_prompt_too_long_for_the_context_loses_its_beginning()
    {
        using var model = Model();
        var limits = new GenerationLimits(4, []);
        var end = new string('x', 20) + "the end";

        Assert.Equal(
            model.Generate(["0123456789" + end + "!"], limits, TestContext.Current.CancellationToken),
            model.Generate(["ABC" + new string('y', 50) + "0123456789" + end + "!"], limits, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Cancellation_is_heard()
    {
        using var model = Model();

        Assert.Throws<OperationCanceledException>(() => model.Generate(Prompts, new(6, []), new CancellationToken(canceled: true)));
    }

    private static LanguageModel Model() => new(TinyModel.Random(seed: 11), TinyModel.Tokenizer);
}
