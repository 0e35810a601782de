using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Writes the likeliest token after each prompt, again and again, with the keys and values of what was read kept.</summary>
/// <param name="model">The forward pass.</param>
/// <param name="tokenizer">The tokenizer.</param>
internal sealed class GreedyWriter(DecoderModel model, ITokenizer tokenizer)
{
    /// <summary>Tokens, read and written, of the prompts that are answered together.</summary>
    private const int BatchTokens = 8192;

    /// <summary>Bytes of keys and values of such tokens where the weights are read anew for each token, so that each reading serves as many as fit.</summary>
    private const long KeyBytes = 1L << 30;

    private readonly int tokensAtOnce = model.Weights.AreKept
        ? BatchTokens
        : (int)Math.Clamp(KeyBytes / (2L * sizeof(float) * model.Shape.Layers * model.Shape.KeyValueHeads * model.Shape.HeadSize), BatchTokens, int.MaxValue);

    /// <summary>What the model writes after each prompt, up to the limits; a prompt too long for the context loses its beginning.</summary>
    public WrittenText[] Write(IReadOnlyList<string> prompts, GenerationLimits limits, CancellationToken cancellation)
    {
        var room = Math.Max(1, model.Shape.ContextLength - limits.MaxTokens);
        int[][] ids = [.. prompts.Select(prompt => Ids(prompt) is var all && all.Length > room ? all[^room..] : Ids(prompt))];
        var texts = new WrittenText[ids.Length];
        foreach (var batch in Batches(ids, limits.MaxTokens))
        {
            using var noGradient = no_grad();
            using var together = new GreedyBatch(model, tokenizer, [.. batch.Select(index => ids[index])], limits);
            foreach (var (index, text) in batch.Zip(together.Write(cancellation)))
            {
                texts[index] = text;
            }
        }

        return texts;
    }

    private int[] Ids(string prompt)
    {
        var ids = tokenizer.Encode(prompt);
        return tokenizer.Begin is { } begin && (ids.Length == 0 || ids[0] != begin) ? [begin, .. ids]
            : ids.Length > 0 ? ids
            : [tokenizer.Separator ?? throw new InvalidOperationException("the tokenizer has no token to begin a text")];
    }

    /// <summary>Indices of prompts of similar length, the longest first.</summary>
    private IEnumerable<List<int>> Batches(int[][] prompts, int more)
    {
        List<int> batch = [];
        foreach (var index in Enumerable.Range(0, prompts.Length).OrderByDescending(index => prompts[index].Length))
        {
            if (batch.Count > 0 && (batch.Count + 1) * (prompts[batch[0]].Length + more) > tokensAtOnce)
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
}
