using MergeOps.Models.Encoders;
using static TorchSharp.torch;

namespace MergeOps.Models.Embeddings;

/// <summary>Computes vectors with an encoder, its tokenizer and what its modules do; owns the encoder.</summary>
internal sealed class EmbeddingModel(Encoder encoder, EmbeddingTokenizer tokenizer, EmbeddingPlan plan, IReadOnlyList<Func<Tensor, Tensor>> steps, int dimensions)
    : IEmbeddingModel
{
    /// <summary>Padded tokens in one forward pass.</summary>
    private const int BatchTokens = 4096;

    /// <inheritdoc/>
    public int Dimensions => dimensions;

    /// <summary>The forward pass.</summary>
    public Encoder Encoder => encoder;

    /// <summary>The tokenizer.</summary>
    public EmbeddingTokenizer Tokenizer => tokenizer;

    /// <summary>The names that the checkpoint has for the encoder's weights, by those of its shape.</summary>
    public required IReadOnlyDictionary<string, string> StoredNames { get; init; }

    /// <inheritdoc/>
    public string Description => plan.Description;

    /// <inheritdoc/>
    public string? PromptOf(PromptChoice choice, out string? whyNot)
    {
        whyNot = null;
        if (choice.Text is { } text)
        {
            return text;
        }

        if ((choice.Name ?? choice.Usual.FirstOrDefault(plan.Prompts.ContainsKey) ?? plan.DefaultPrompt) is not { } name)
        {
            return "";
        }

        if (plan.Prompts.TryGetValue(name, out var prompt))
        {
            return prompt;
        }

        whyNot = $"its config_sentence_transformers.json has no prompt '{name}'"
            + (plan.Prompts.IsEmpty ? "" : $" (there are: {string.Join(", ", plan.Prompts.Keys)})");
        return null;
    }

    /// <inheritdoc/>
    public float[][] Embed(IReadOnlyList<string> texts, string prompt, CancellationToken cancellation)
    {
        var promptTokens = tokenizer.TokensOf(prompt);
        var places = texts.Index().ToLookup(text => text.Item, text => text.Index, StringComparer.Ordinal);
        var vectors = new float[texts.Count][];
        foreach (var batch in Batches(places.Select(text => (text.Key, Ids: tokenizer.Encode(prompt + text.Key)))))
        {
            cancellation.ThrowIfCancellationRequested();
            var found = Vectors([.. batch.Select(text => text.Ids)], promptTokens);
            foreach (var (index, (text, _)) in batch.Index())
            {
                foreach (var place in places[text])
                {
                    vectors[place] = found[index];
                }
            }
        }

        return vectors;
    }

    public void Dispose() => encoder.Dispose();

    // texts of similar length together, the longest first
    private static IEnumerable<List<(string Text, int[] Ids)>> Batches(IEnumerable<(string Text, int[] Ids)> texts)
    {
        List<(string Text, int[] Ids)> batch = [];
        foreach (var text in texts.OrderByDescending(text => text.Ids.Length).ThenBy(text => text.Text, StringComparer.Ordinal))
        {
            if (batch.Count > 0 && (batch.Count + 1) * batch[0].Ids.Length > BatchTokens)
            {
                yield return batch;
                batch = [];
            }

            batch.Add(text);
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private float[][] Vectors(IReadOnlyList<int[]> texts, int promptTokens)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var batch = EncoderBatch.Of(texts, encoder.Shape.PaddingId, encoder.Device);
        var pooled = Pooling.Pool(plan.Pooling, encoder.States(batch), batch.Mask, promptTokens);
        var all = steps.Aggregate(pooled, (vectors, step) => step(vectors)).cpu().contiguous().data<float>().ToArray();
        return [.. all.Chunk(dimensions)];
    }
}
