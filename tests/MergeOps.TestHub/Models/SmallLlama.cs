using System.Buffers.Binary;
using System.Text;

namespace MergeOps.TestHub.Models;

/// <summary>Llama-shaped models of a few kilobytes, with random weights in bfloat16 and a tokenizer of bytes.</summary>
internal static class SmallLlama
{
    /// <summary>Enough for all bytes and the end of a text.</summary>
    public const int Vocabulary = 264;

    /// <summary>Writes a model's files into a folder; the same seed gives the same bytes.</summary>
    public static void Write(string folder, int layers = 2, int hidden = 8, int vocabulary = Vocabulary, int seed = 0)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, bytes) in Files(layers, hidden, vocabulary, seed))
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }
    }

    /// <summary>A model's files by name; the same seed gives the same bytes.</summary>
    /// <param name="layers">How many layers.</param>
    /// <param name="hidden">Width; a multiple of four.</param>
    /// <param name="vocabulary">Tokens; at least 257.</param>
    /// <param name="seed">Of the weights.</param>
    /// <param name="license">What the model card says; null for no card.</param>
    public static IReadOnlyDictionary<string, byte[]> Files(int layers = 2, int hidden = 8, int vocabulary = Vocabulary, int seed = 0, string? license = "apache-2.0")
    {
        var shape = LlamaShape.Small(layers, hidden, vocabulary);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["config.json"] = Encoding.UTF8.GetBytes(shape.Config()),
            ["tokenizer.json"] = Encoding.UTF8.GetBytes(ByteTokenizer.Tokenizer()),
            ["tokenizer_config.json"] = Encoding.UTF8.GetBytes(ByteTokenizer.Config()),
            ["model.safetensors"] = Weights(shape, seed),
        };
        if (license is not null)
        {
            files["README.md"] = Encoding.UTF8.GetBytes($"---\nlicense: {license}\nlanguage:\n- en\nlibrary_name: transformers\n---\n# A small model\n");
        }

        return files;
    }

    private static byte[] Weights(LlamaShape shape, int seed)
    {
        var tensors = shape.Tensors().ToArray();
        var start = SafetensorsStart.Of(tensors);
        var bytes = new byte[start.Length + tensors.Sum(tensor => SafetensorsStart.ByteLength(tensor.Shape))];
        start.CopyTo(bytes, 0);
        var random = new Random(seed);
        var at = start.Length;
        foreach (var (name, dimensions) in tensors)
        {
            var end = at + (int)SafetensorsStart.ByteLength(dimensions);
            // norms lie around one, all else around zero
            var middle = name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1.0 : 0.0;
            for (; at < end; at += 2)
            {
                var value = (float)(middle + (0.1 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)));
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
            }
        }

        return bytes;
    }
}
