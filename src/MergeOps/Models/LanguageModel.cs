using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Scores texts with a forward pass and its tokenizer; owns the model.</summary>
/// <param name="model">The forward pass.</param>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="template">The chat template; null where there is none that can be rendered exactly.</param>
internal sealed class LanguageModel(DecoderModel model, ITokenizer tokenizer, ChatPrompt? template = null) : ILanguageModel
{
    /// <summary>Padded tokens in one forward pass.</summary>
    private const int BatchTokens = 4096;

    /// <summary>Elements of states between two layers: 256 MiB of float32.</summary>
    private const int StatesAtOnce = 1 << 26;

    private readonly VocabularyScores vocabulary = new(model);

    /// <summary>The forward pass.</summary>
    public DecoderModel Model => model;

    /// <inheritdoc/>
    public Action<double>? Advanced { get; set; }

    /// <summary>The tokenizer.</summary>
    public ITokenizer Tokenizer => tokenizer;

    /// <inheritdoc/>
    public IReadOnlyList<ContinuationScore> Score(
        IReadOnlyList<(string Context, string Continuation)> items, CancellationToken cancellation)
    {
        TokenSequence[] sequences = [.. items.Select(item => TokenSequence.Pair(tokenizer, item.Context, item.Continuation, model.Shape.ContextLength))];
        return [.. ScoreTokens(sequences, cancellation).Select((tokens, index) => Sum(tokens) with { Instead = InsteadOf(sequences[index], tokens) })];
    }

    /// <inheritdoc/>
    public string? WhyNoConversation { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<ContinuationScore> ScoreTexts(IReadOnlyList<string> texts, CancellationToken cancellation)
    {
        var windows = texts.Select(text => TokenSequence.Windows(tokenizer, text, model.Shape.ContextLength).ToList()).ToList();
        var tokens = ScoreTokens([.. windows.SelectMany(ofText => ofText)], cancellation);
        var next = 0;
        return windows.ConvertAll(ofText => Sum([.. tokens[next..(next += ofText.Count)].SelectMany(window => window)]));
    }

    /// <inheritdoc/>
    public string Conversation(string prompt) => Conversation([("user", prompt)], answers: true);

    /// <summary>What the model reads of a conversation, as its chat template writes it.</summary>
    /// <param name="messages">What was said, and by whom.</param>
    /// <param name="answers">Whether it is the model's turn.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The template raises an error, or needs what is not exact here.</exception>
    public string Conversation(IEnumerable<(string Role, string Content)> messages, bool answers) =>
        (template ?? throw new InvalidOperationException("there is no chat template")).Of(messages, answers);

    /// <inheritdoc/>
    public IReadOnlyList<ContinuationScore> ScoreText(IReadOnlyList<string> blocks, CancellationToken cancellation)
    {
        TokenScore[] tokens =
        [
            .. ScoreTokens([.. TokenSequence.Windows(tokenizer, string.Concat(blocks), model.Shape.ContextLength)], cancellation).SelectMany(window => window),
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

    /// <inheritdoc/>
    public IReadOnlyList<WrittenText> Generate(IReadOnlyList<string> prompts, GenerationLimits limits, CancellationToken cancellation) =>
        new GreedyWriter(model, tokenizer).Write(prompts, limits, cancellation);

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    private string? InsteadOf(TokenSequence sequence, TokenScore[] tokens) => Array.FindIndex(tokens, token => !token.IsGreedy) is >= 0 and var first
        ? tokenizer.Decode([.. sequence.Ids[sequence.FirstPredicted..(sequence.FirstPredicted + first)], (int)tokens[first].Best])
        : null;

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
        var (done, total) = (0.0, Math.Max(1.0, sequences.Sum(sequence => (long)sequence.InputLength)));
        foreach (var group in Groups(sequences))
        {
            var tokens = group.SelectMany(batch => batch).Sum(index => (long)sequences[index].InputLength);
            ScoreGroup(sequences, group, scores, share => Advanced?.Invoke((done + (share * tokens)) / total), cancellation);
            done += tokens;
        }

        return scores;
    }

    // batches whose states fit into memory together, so that the weights are asked for once for all of them
    private IEnumerable<List<List<int>>> Groups(TokenSequence[] sequences)
    {
        var tokensAtOnce = Math.Max(BatchTokens, StatesAtOnce / model.Shape.HiddenSize);
        List<List<int>> group = [];
        var tokens = 0;
        foreach (var batch in Batches(sequences))
        {
            var more = batch.Count * sequences[batch[0]].InputLength;
            if (group.Count > 0 && tokens + more > tokensAtOnce)
            {
                yield return group;
                (group, tokens) = ([], 0);
            }

            group.Add(batch);
            tokens += more;
        }

        if (group.Count > 0)
        {
            yield return group;
        }
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

    private void ScoreGroup(TokenSequence[] sequences, List<List<int>> group, TokenScore[][] scores, Action<double> advanced, CancellationToken cancellation)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var batches = group.ConvertAll(batch => new TokenBatch([.. batch.Select(index => sequences[index])]));
        var states = model.States(batches.ConvertAll(batch => batch.Input), cancellation, advanced);
        var predicting = cat([.. batches.Zip(states, (batch, all) => batch.PredictingOf(all))], 0);
        foreach (var all in states)
        {
            all.Dispose();
        }

        var tokens = vocabulary.Of(predicting, [.. batches.SelectMany(batch => batch.Targets)], cancellation);
        var next = 0;
        foreach (var index in group.SelectMany(batch => batch))
        {
            scores[index] = tokens[next..(next + sequences[index].Predicted)];
            next += sequences[index].Predicted;
        }
    }
}
