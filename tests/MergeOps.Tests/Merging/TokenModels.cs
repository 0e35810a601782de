using System.Runtime.InteropServices;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using MergeOps.Tests.Tokenizers;
using MergeOps.Tokenizers;

namespace MergeOps.Tests.Merging;

/// <summary>Llama-shaped models in whose embeddings and heads the row of a token is known by the model's number and the token's text.</summary>
internal sealed class TokenModels(TemporaryModels models)
{
    public const int Width = 4;

    private static readonly List<string> Texts = [];

    /// <summary>The row of a token in the embedding of a model.</summary>
    public static float[] Row(int model, string text)
    {
        var place = Texts.IndexOf(text);
        if (place < 0)
        {
            place = Texts.Count;
            Texts.Add(text);
        }

        // whole multiples of an eighth are exact in float32, and so are the means of up to four of them
        return [.. Enumerable.Range(0, Width).Select(column => (model * 1024f) + place + (column / 8f))];
    }

    /// <summary>The row of a token in a head of its own.</summary>
    public static float[] HeadRow(int model, string text) => [.. Row(model, text).Select(value => -value)];

    /// <summary>How rows without a token are called.</summary>
    public static string Unused(int row) => $"row {row}";

    /// <summary>Writes a model.</summary>
    /// <param name="number">The number by which its rows are known.</param>
    /// <param name="name">Its folder.</param>
    /// <param name="tokenizer">Its <c>tokenizer.json</c>.</param>
    /// <param name="rows">Rows of the embedding; as many as the tokenizer has ids when not given.</param>
    /// <param name="head">Whether it has a head of its own.</param>
    /// <param name="layers">Its layers.</param>
    public void Add(int number, string name, string tokenizer, int? rows = null, bool head = true, int layers = 1)
    {
        var vocabulary = TokenizerFixture.Of(tokenizer);
        var count = rows ?? vocabulary.Size;
        models.Llama(name, layers, vocabulary: count, head: head, tied: !head).File(name, "tokenizer.json", tokenizer);
        Write(name, "model.embed_tokens.weight", count, vocabulary, text => Row(number, text));
        if (head)
        {
            Write(name, "lm_head.weight", count, vocabulary, text => HeadRow(number, text));
        }
    }

    /// <summary>The rows of a tensor in a model's folder.</summary>
    public static float[][] RowsIn(string folder, string tensor)
    {
        var checkpoint = CheckpointReader.Open(folder, []);
        using var reader = new TensorReader(checkpoint);
        var bytes = new byte[checkpoint.Tensors[tensor].ByteLength];
        reader.Read(checkpoint.Tensors[tensor], 0, bytes);
        float[] values = checkpoint.Tensors[tensor].DType switch
        {
            DType.BF16 => [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray().Select(bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))],
            DType.F16 => [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (float)value)],
            _ => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        };
        return [.. values.Chunk(Width)];
    }

    private void Write(string name, string tensor, int rows, Vocabulary vocabulary, Func<string, float[]> rowOf)
    {
        var values = Enumerable.Range(0, rows).SelectMany(row => rowOf(vocabulary.At(row)?.Text ?? Unused(row))).ToArray();
        models.Poke(name, tensor, 0, MemoryMarshal.AsBytes<float>(values).ToArray());
    }
}
