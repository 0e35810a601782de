using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Prompts that are answered together, padded on the left.</summary>
internal sealed class GreedyBatch(DecoderModel model, ITokenizer tokenizer, int[][] prompts, GenerationLimits limits) : IDisposable
{
    private readonly VocabularyScores vocabulary = new(model);
    private readonly KeyValueCache cache = new(model.Shape.Layers);
    private readonly List<int>[] written = [.. prompts.Select(_ => new List<int>())];
    private readonly string?[] texts = new string?[prompts.Length];

    /// <summary>What the model writes after each prompt.</summary>
    public WrittenText[] Write(CancellationToken cancellation)
    {
        var longest = prompts.Max(prompt => prompt.Length);
        int[] padding = [.. prompts.Select(prompt => longest - prompt.Length)];
        var next = prompts.SelectMany((prompt, row) => Enumerable.Repeat(0L, padding[row]).Concat(prompt.Select(id => (long)id))).ToArray();
        for (var step = 0; step < limits.MaxTokens && Array.Exists(texts, text => text is null); step++)
        {
            using var scope = NewDisposeScope();
            var input = new DecoderInput(tensor(next).view(prompts.Length, -1)) { Cache = cache, Padding = padding.Max() > 0 ? padding : null };
            var states = model.States([input], cancellation)[0];
            next = vocabulary.Best(states.select(1, states.shape[1] - 1), cancellation);
            for (var row = 0; row < next.Length; row++)
            {
                Take(row, (int)next[row]);
            }
        }

        return [.. texts.Select((text, row) => new WrittenText(text ?? tokenizer.Decode(written[row]), text is not null))];
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private void Take(int row, int id)
    {
        if (texts[row] is not null)
        {
            return;
        }

        if (model.Shape.EndTokens.Contains(id))
        {
            texts[row] = tokenizer.Decode(written[row]);
            return;
        }

        written[row].Add(id);
        var (text, isStopped) = limits.Cut(tokenizer.Decode(written[row]));
        texts[row] = isStopped ? text : null;
    }
}
