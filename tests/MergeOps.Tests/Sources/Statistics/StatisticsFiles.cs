using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MergeOps.Tests.Tensors;

namespace MergeOps.Tests.Sources.Statistics;

/// <summary>Makes statistics files by hand, as another program might.</summary>
internal static class StatisticsFiles
{
    /// <summary>The pairs of a Fisher file of a model.</summary>
    public static Dictionary<string, string> Fisher(string model, string digest, double norm) => Pairs("fisher", model, digest, ("variant", "empirical"), ("norm", norm.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>The pairs of a file of any kind.</summary>
    public static Dictionary<string, string> Pairs(string kind, string model, string digest, params (string Key, string Value)[] more)
    {
        var pairs = new Dictionary<string, string>
        {
            ["format"] = "mergeops-statistics",
            ["version"] = "1",
            ["kind"] = kind,
            ["model"] = model,
            ["model_digest"] = digest,
            ["items"] = "4",
            ["tokens"] = "100",
            ["seed"] = "0",
        };
        foreach (var (key, value) in more)
        {
            pairs[key] = value;
        }

        return pairs;
    }

    /// <summary>The file's bytes.</summary>
    /// <param name="pairs">The metadata.</param>
    /// <param name="tensors">Names, shapes and numbers: <c>float[]</c> or <c>double[]</c>.</param>
    public static byte[] Bytes(Dictionary<string, string> pairs, params (string Name, long[] Shape, Array Numbers)[] tensors)
    {
        var header = new JsonObject { ["__metadata__"] = new JsonObject(pairs.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))) };
        var data = new List<byte>();
        foreach (var (name, shape, numbers) in tensors)
        {
            var begin = data.Count;
            data.AddRange(numbers is float[] floats ? MemoryMarshal.AsBytes(floats.AsSpan()) : MemoryMarshal.AsBytes(((double[])numbers).AsSpan()));
            header[name] = new JsonObject
            {
                ["dtype"] = numbers is float[]? "F32" : "F64",
                ["shape"] = new JsonArray([.. shape.Select(size => JsonValue.Create(size))]),
                ["data_offsets"] = new JsonArray(begin, data.Count),
            };
        }

        return [.. SafetensorsBytes.Of(header.ToJsonString()), .. data];
    }
}
