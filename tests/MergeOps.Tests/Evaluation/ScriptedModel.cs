using MergeOps.Models;

namespace MergeOps.Tests.Evaluation;

/// <summary>A model whose answers are given one after the other: log-likelihoods with numbers of tokens, and texts that it writes.</summary>
internal sealed class ScriptedModel((double LogLikelihood, int Tokens)[] scores, params string[] texts) : ILanguageModel
{
    /// <summary>What the model was asked.</summary>
    public List<string> Asked { get; } = [];

    public IReadOnlyList<ContinuationScore> Score(IReadOnlyList<(string Context, string Continuation)> items, CancellationToken cancellation)
    {
        Asked.AddRange(items.Select(item => $"{item.Context}|{item.Continuation}"));
        return [.. scores.Select(score => new ContinuationScore(score.LogLikelihood, score.Tokens, IsGreedy: false))];
    }

    public IReadOnlyList<ContinuationScore> ScoreText(IReadOnlyList<string> blocks, CancellationToken cancellation) => throw new NotSupportedException();

    public IReadOnlyList<ContinuationScore> ScoreTexts(IReadOnlyList<string> documents, CancellationToken cancellation)
    {
        Asked.AddRange(documents);
        return [.. scores.Select(score => new ContinuationScore(score.LogLikelihood, score.Tokens, IsGreedy: false))];
    }

    public string Conversation(string prompt) => $"<user>{prompt}<model>";

    public IReadOnlyList<WrittenText> Generate(IReadOnlyList<string> prompts, GenerationLimits limits, CancellationToken cancellation)
    {
        Asked.AddRange(prompts);
        return [.. texts.Select(limits.Cut).Select(cut => new WrittenText(cut.Text, cut.IsStopped))];
    }

    public void Dispose()
    {
    }
}
