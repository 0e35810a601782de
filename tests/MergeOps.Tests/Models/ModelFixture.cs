using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Tests.Models;

/// <summary>A small model whose weights are numbers made from the names of its tensors, as <c>make_decoders.py</c> makes them too.</summary>
internal static class ModelFixture
{
    /// <summary>Writes config and weights.</summary>
    /// <param name="folder">Takes them.</param>
    /// <param name="config">The text of <c>config.json</c>.</param>
    /// <param name="tensors">Shapes by name.</param>
    /// <param name="type">What the weights are rounded to.</param>
    /// <param name="normAddsOne">Whether a norm multiplies by 1 + weight.</param>
    /// <param name="seed">Tells models of one shape apart.</param>
    public static void Write(string folder, JsonNode config, IReadOnlyDictionary<string, long[]> tensors, DType type, bool normAddsOne, string seed = "")
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        var layout = ShardLayout.Of(tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal).Select(tensor => new OutputTensor(tensor.Key, type, [.. tensor.Value])), long.MaxValue);
        using var writer = ShardWriter.Open(folder, layout);
        foreach (var (name, shape) in tensors)
        {
            using var values = tensor(Numbers(name, seed, shape, normAddsOne));
            using var stored = values.to(type == DType.BF16 ? ScalarType.BFloat16 : ScalarType.Float32);
            writer.Write(name, 0, stored.bytes);
        }

        writer.Flush();
    }

    /// <summary>Gives the tensors of a folder's <c>model.safetensors</c> other names.</summary>
    public static void Rename(string folder, Func<string, string> name)
    {
        var path = Path.Combine(folder, "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        var start = 8 + (int)BitConverter.ToInt64(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, start - 8))!.AsObject();
        var renamed = new JsonObject(header.Select(entry => KeyValuePair.Create(entry.Key == "__metadata__" ? entry.Key : name(entry.Key), (JsonNode?)entry.Value!.DeepClone())));
        var text = Encoding.UTF8.GetBytes(renamed.ToJsonString());
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)text.Length), .. text, .. bytes[start..]]);
    }

    /// <summary>The tensors that a fixture lists.</summary>
    public static Dictionary<string, long[]> TensorsOf(JsonNode fixture) => fixture["tensors"]!.Deserialize<Dictionary<string, long[]>>()!;

    private static float[] Numbers(string name, string salt, long[] shape, bool normAddsOne)
    {
        var seed = 2166136261u;
        foreach (var value in Encoding.UTF8.GetBytes(name + salt))
        {
            seed = (seed ^ value) * 16777619u;
        }

        var numbers = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < numbers.Length; i++)
        {
            seed = seed * 1664525u + 1013904223u;
            numbers[i] = (float)Placed(name, shape, normAddsOne, (seed >> 8) / 16777216.0 * 2 - 1);
        }

        return numbers;
    }

    private static double Placed(string name, long[] shape, bool normAddsOne, double number) =>
        name.Contains("norm", StringComparison.Ordinal) && shape.Length == 1 ? (normAddsOne ? 0 : 1) + 0.5 * number
        : name.EndsWith(".bias", StringComparison.Ordinal) ? 0.5 * number
        : name.Contains("embed_tokens", StringComparison.Ordinal) ? number
        : number * (1.8 / Math.Sqrt(shape[^1]));
}
