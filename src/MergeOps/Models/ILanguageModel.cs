namespace MergeOps.Models;

/// <summary>How well a model predicts a continuation.</summary>
/// <param name="LogLikelihood">Σ log p of the continuation's tokens given the context, natural logarithm, float32 logits.</param>
/// <param name="Tokens">The number of those tokens.</param>
/// <param name="IsGreedy">Whether greedy decoding would write exactly this continuation.</param>
internal readonly record struct ContinuationScore(double LogLikelihood, int Tokens, bool IsGreedy)
{
    /// <summary>Where greedy decoding would write something else: how that begins, up to the first token that differs; null where it would not, or where that is not known.</summary>
    public string? Instead { get; init; }
}

/// <summary>What a model wrote after a prompt.</summary>
/// <param name="Text">The text, without what stopped it.</param>
/// <param name="HasEnded">Whether it came to a stop of its own, before the largest number of tokens.</param>
internal readonly record struct WrittenText(string Text, bool HasEnded);

/// <summary>A causal language model, opened for scoring; one forward pass at a time.</summary>
internal interface ILanguageModel : IScoredModel
{
    /// <summary>Scores each continuation after its context, in batches; the order of the results is that of the items.</summary>
    IReadOnlyList<ContinuationScore> Score(IReadOnlyList<(string Context, string Continuation)> items, CancellationToken cancellation);

    /// <summary>
    /// Scores a text that is given in blocks: every token once, in disjoint windows of the model's context length, whatever the
    /// blocks; then each block's tokens are summed.
    /// </summary>
    IReadOnlyList<ContinuationScore> ScoreText(IReadOnlyList<string> blocks, CancellationToken cancellation);

    /// <summary>Scores each text by itself: every token once, in disjoint windows of the model's context length.</summary>
    IReadOnlyList<ContinuationScore> ScoreTexts(IReadOnlyList<string> texts, CancellationToken cancellation);

    /// <summary>Why no conversation can be put to it, to end the sentence « not evaluated: … »; null when one can.</summary>
    string? WhyNoConversation => null;

    /// <summary>What the model reads when a user says this and it is its turn, as its chat template writes it.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The template raises an error, or needs what is not exact here.</exception>
    string Conversation(string prompt);

    /// <summary>What greedy decoding writes after each prompt, up to the limits.</summary>
    IReadOnlyList<WrittenText> Generate(IReadOnlyList<string> prompts, GenerationLimits limits, CancellationToken cancellation);
}
