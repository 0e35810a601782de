using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Scores texts with a forward pass and its tokenizer; owns the model.</summary>
internal sealed class LanguageModel(LlamaModel model, ITokenizer tokenizer) : ILanguageModel
{
    /// <summary>Padded tokens in one forward pass.</summary>
    private const int BatchTokens = 4096;

    /// <summary>Logits held at once: 64 MiB of float32.</summary>
    private const int LogitsAtOnce = 1 << 24;

    /// <summary>The forward pass.</summary>
    public LlamaModel Model => model;

    /// <summary>The tokenizer.</summary>
    public ITokenizer Tokenizer => tokenizer;

    /// <inheritdoc/>
    public IReadOnlyList<ContinuationScore> Score(
        IReadOnlyList<(string Context, string Continuation)> items, CancellationToken cancellation) =>
        [
            .. ScoreTokens([.. items.Select(item => TokenSequence.Pair(tokenizer, item.Context, item.Continuation, model.Config.ContextLength))], cancellation)
                .Select(tokens => Sum(tokens)),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<ContinuationScore> ScoreText(IReadOnlyList<string> blocks, CancellationToken cancellation)
    {
        TokenScore[] tokens =
        [
            .. ScoreTokens([.. TokenSequence.Windows(tokenizer, string.Concat(blocks), model.Config.ContextLength)], cancellation).SelectMany(window => window),
        ];
        var scores = new ContinuationScore[blocks.Count];
        var start = 0;
        for (var block = 0; block < scores.Length; block++)
        {
            // where a tokenizer joins characters across a border, a token falls on one side of it
            var end = block == scores.Length - 1 ? tokens.Length : Math.Min(tokens.Length, start + tokenizer.Encode(blocks[block]).Length);
            scores[block] = Sum(tokens.AsSpan(start..end));
            start = end;
        }

        return scores;
    }

    public void Dispose() => model.Dispose();

    private static ContinuationScore Sum(ReadOnlySpan<TokenScore> tokens)
    {
        var sum = new ContinuationScore(0, tokens.Length, IsGreedy: true);
        foreach (var token in tokens)
        {
            sum = sum with { LogLikelihood = sum.LogLikelihood + token.LogLikelihood, IsGreedy = sum.IsGreedy && token.IsGreedy };
        }

        return sum;
    }

    private TokenScore[][] ScoreTokens(TokenSequence[] sequences, CancellationToken cancellation)
    {
        var scores = new TokenScore[sequences.Length][];
        Array.Fill(scores, []);
        foreach (var batch in Batches(sequences))
        {
            cancellation.ThrowIfCancellationRequested();
            ScoreBatch(sequences, batch, scores);
        }

        return scores;
    }

    /// <summary>Indices of sequences of similar length, the longest first.</summary>
    private static IEnumerable<List<int>> Batches(TokenSequence[] sequences)
    {
        List<int> batch = [];
        foreach (var index in Enumerable.Range(0, sequences.Length).Where(i => sequences[i].Predicted > 0).OrderByDescending(i => sequences[i].InputLength))
        {
            if (batch.Count > 0 && (batch.Count + 1) * sequences[batch[0]].InputLength > BatchTokens)
            {
                yield return batch;
                batch = [];
            }

            batch.Add(index);
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private void ScoreBatch(TokenSequence[] sequences, List<int> batch, TokenScore[][] scores)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var layout = new TokenBatch([.. batch.Select(index => sequences[index])]);
        var states = layout.PredictingStates(model);
        var tokens = ScoreStates(states, layout.Targets);
        var next = 0;
        foreach (var index in batch)
        {
            scores[index] = tokens[next..(next + sequences[index].Predicted)];
            next += sequences[index].Predicted;
        }
    }

    private TokenScore[] ScoreStates(Tensor states, Tensor targets)
    {
        var rowsAtOnce = Math.Max(1, LogitsAtOnce / model.Config.VocabularySize);
        List<TokenScore> tokens = [];
        for (long start = 0; start < states.shape[0]; start += rowsAtOnce)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(rowsAtOnce, states.shape[0] - start);
            var wanted = targets.narrow(0, start, rows);
            var logits = model.Logits(states.narrow(0, start, rows));
            var logLikelihoods = nn.functional.log_softmax(logits, 1).gather(1, wanted.unsqueeze(1)).squeeze(1).data<float>();
            tokens.AddRange(logLikelihoods.Zip(logits.argmax(1).eq(wanted).data<bool>(), (logLikelihood, isGreedy) => new TokenScore(logLikelihood, isGreedy)));
        }

        return [.. tokens];
    }

    /// <summary>How well one token is predicted, as <see cref="ContinuationScore"/> says.</summary>
    private readonly record struct TokenScore(float LogLikelihood, bool IsGreedy);
}
