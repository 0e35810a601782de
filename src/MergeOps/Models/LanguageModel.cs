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
        Score([.. items.Select(item => TokenSequence.Pair(tokenizer, item.Context, item.Continuation, model.Config.ContextLength))], cancellation);

    /// <inheritdoc/>
    public ContinuationScore ScoreText(string text, CancellationToken cancellation)
    {
        var windows = Score([.. TokenSequence.Windows(tokenizer, text, model.Config.ContextLength)], cancellation);
        return new ContinuationScore(
            windows.Sum(window => window.LogLikelihood), windows.Sum(window => window.Tokens), windows.All(window => window.IsGreedy));
    }

    public void Dispose() => model.Dispose();

    private ContinuationScore[] Score(TokenSequence[] sequences, CancellationToken cancellation)
    {
        var scores = new ContinuationScore[sequences.Length];
        Array.Fill(scores, new ContinuationScore(0, 0, IsGreedy: true));
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

    private void ScoreBatch(TokenSequence[] sequences, List<int> batch, ContinuationScore[] scores)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var layout = new TokenBatch([.. batch.Select(index => sequences[index])]);
        var states = layout.PredictingStates(model);
        var (logLikelihoods, greedy) = ScoreStates(states, layout.Targets);
        var next = 0;
        foreach (var index in batch)
        {
            var count = sequences[index].Predicted;
            var sum = 0.0;
            var isGreedy = true;
            for (var i = next; i < next + count; i++)
            {
                sum += logLikelihoods[i];
                isGreedy &= greedy[i];
            }

            scores[index] = new ContinuationScore(sum, count, isGreedy);
            next += count;
        }
    }

    private (float[] LogLikelihoods, bool[] Greedy) ScoreStates(Tensor states, Tensor targets)
    {
        var rowsAtOnce = Math.Max(1, LogitsAtOnce / model.Config.VocabularySize);
        List<float> logLikelihoods = [];
        List<bool> greedy = [];
        for (long start = 0; start < states.shape[0]; start += rowsAtOnce)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(rowsAtOnce, states.shape[0] - start);
            var wanted = targets.narrow(0, start, rows);
            var logits = model.Logits(states.narrow(0, start, rows));
            logLikelihoods.AddRange(nn.functional.log_softmax(logits, 1).gather(1, wanted.unsqueeze(1)).squeeze(1).data<float>());
            greedy.AddRange(logits.argmax(1).eq(wanted).data<bool>());
        }

        return ([.. logLikelihoods], [.. greedy]);
    }
}
