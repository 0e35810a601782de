using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace MergeOps.TestHub.Models;

/// <summary>The first bytes of a safetensors file of bfloat16 tensors: length, then the header's JSON.</summary>
internal static class SafetensorsStart
{
    private const int ElementSize = 2;

    /// <summary>How many bytes a tensor takes.</summary>
    public static long ByteLength(long[] shape) => shape.Aggregate((long)ElementSize, (a, b) => a * b);

    /// <summary>The bytes before the data; padded so that data begins at a multiple of eight.</summary>
    public static byte[] Of(IEnumerable<(string Name, long[] Shape)> tensors)
    {
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        long offset = 0;
        foreach (var (name, shape) in tensors)
        {
            var end = offset + ByteLength(shape);
            header[name] = new JsonObject
            {
                ["dtype"] = "BF16",
                ["shape"] = new JsonArray([.. shape.Select(length => JsonValue.Create(length))]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }

        var json = header.ToJsonString();
        var text = Encoding.ASCII.GetBytes(json.PadRight((json.Length + 7) / 8 * 8));
        var start = new byte[8 + text.Length];
        BinaryPrimitives.WriteInt64LittleEndian(start, text.Length);
        text.CopyTo(start, 8);
        return start;
    }
}
