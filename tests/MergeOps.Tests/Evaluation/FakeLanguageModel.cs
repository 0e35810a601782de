using MergeOps.Models;

namespace MergeOps.Tests.Evaluation;

/// <summary>
/// A model whose scores are known: what it answers, at one loss for right and another for wrong answers; a text at one loss
/// that is a tenth larger and smaller in turn, block by block.
/// </summary>
internal sealed class FakeLanguageModel(Predicate<string> answers, double textLoss = 2, Func<string, string>? writes = null) : ILanguageModel
{
    /// <summary>−log p of an answer that it gives.</summary>
    public const double LossWhenRight = 0.25;

    /// <summary>−log p of an answer that it does not give.</summary>
    public const double LossWhenWrong = 3;

    public string? WhyNoConversation { get; init; }

    public int Calls { get; private set; }

    public bool IsDisposed { get; private set; }

    public IReadOnlyList<ContinuationScore> Score(IReadOnlyList<(string Context, string Continuation)> items, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Calls++;
        return
        [
            .. items.Select(item => answers(item.Context)
                ? new ContinuationScore(-LossWhenRight, item.Continuation.Length, true)
                : new ContinuationScore(-LossWhenWrong, item.Continuation.Length, false)),
        ];
    }

    public IReadOnlyList<ContinuationScore> ScoreText(IReadOnlyList<string> blocks, CancellationToken cancellation)
    {
        Calls++;
        return [.. blocks.Select((block, i) => new ContinuationScore(-textLoss * (i % 2 == 0 ? 1.125 : 0.875) * block.Length, block.Length, false))];
    }

    public IReadOnlyList<ContinuationScore> ScoreTexts(IReadOnlyList<string> texts, CancellationToken cancellation)
    {
        Calls++;
        return [.. texts.Select(text => new ContinuationScore(-textLoss * text.Length, text.Length, false))];
    }

    public string Conversation(string prompt) => $"<user>{prompt}<model>";

    public IReadOnlyList<WrittenText> Generate(IReadOnlyList<string> prompts, GenerationLimits limits, CancellationToken cancellation)
    {
        Calls++;
        return [.. prompts.Select(prompt => new WrittenText(limits.Cut(writes?.Invoke(prompt) ?? "").Text, HasEnded: true))];
    }

    public void Dispose() => IsDisposed = true;
}
