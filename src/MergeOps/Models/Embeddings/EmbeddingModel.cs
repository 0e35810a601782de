using MergeOps.Models.Encoders;
using static TorchSharp.torch;

namespace MergeOps.Models.Embeddings;

/// <summary>Computes vectors with a model, its tokenizer and what its modules do; owns the model.</summary>
internal sealed class EmbeddingModel(ITokenStates model, EmbeddingTokenizer tokenizer, EmbeddingPlan plan, IReadOnlyList<Func<Tensor, Tensor>> steps, int dimensions)
    : IEmbeddingModel
{
    /// <summary>Padded tokens in one forward pass.</summary>
    public const int BatchTokens = 4096;

    /// <inheritdoc/>
    public Action<double>? Advanced { get; set; }

    /// <inheritdoc/>
    public int Dimensions => dimensions;

    /// <summary>The forward pass.</summary>
    public ITokenStates States => model;

    /// <summary>The tokenizer.</summary>
    public EmbeddingTokenizer Tokenizer => tokenizer;

    /// <inheritdoc/>
    public string Description => $"{plan.Description}, up to {tokenizer.LongestText} tokens";

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
        var done = 0;
        foreach (var group in Groups(places.Select(text => (text.Key, Ids: tokenizer.Encode(prompt + text.Key)))))
        {
            cancellation.ThrowIfCancellationRequested();
            var found = Vectors(group, promptTokens, cancellation);
            foreach (var (index, (text, _)) in group.SelectMany(batch => batch).Index())
            {
                foreach (var place in places[text])
                {
                    vectors[place] = found[index];
                    done++;
                }
            }

            Advanced?.Invoke((double)done / texts.Count);
        }

        return vectors;
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    // batches that go through the model together, so that weights that are read anew are read once for all of them
    private IEnumerable<List<List<(string Text, int[] Ids)>>> Groups(IEnumerable<(string Text, int[] Ids)> texts)
    {
        List<List<(string Text, int[] Ids)>> group = [];
        foreach (var batch in Batches(texts))
        {
            if (group.Count > 0 && group.Append(batch).Sum(each => each.Count * each[0].Ids.Length) > model.TokensAtOnce)
            {
                yield return group;
                group = [];
            }

            group.Add(batch);
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }

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

    private List<float[]> Vectors(List<List<(string Text, int[] Ids)>> group, int promptTokens, CancellationToken cancellation)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var batches = group.ConvertAll(batch => EncoderBatch.Of(batch.ConvertAll(text => text.Ids), model.PaddingId, model.Device));
        List<float[]> found = [];
        foreach (var (batch, states) in batches.Zip(model.States(batches, cancellation)))
        {
            using var ofBatch = NewDisposeScope();
            var pooled = Pooling.Pool(plan.Pooling, states.to(ScalarType.Float32), batch.Mask, promptTokens);
            found.AddRange(steps.Aggregate(pooled, (vectors, step) => step(vectors)).cpu().contiguous().data<float>().ToArray().Chunk(dimensions));
        }

        return found;
    }
}
