using System.Buffers.Binary;
using System.Text;

namespace MergeOps.Tests.Tensors;

/// <summary>Builds safetensors files by hand, right or wrong.</summary>
internal static class SafetensorsBytes
{
    /// <summary>A file of a header text and data bytes; the length prefix is right unless given.</summary>
    public static byte[] Of(string header, int dataLength = 0, ulong? claimedLength = null) =>
        Of(Encoding.UTF8.GetBytes(header), dataLength, claimedLength);

    /// <summary>A file of header bytes and data bytes; the length prefix is right unless given.</summary>
    public static byte[] Of(byte[] header, int dataLength = 0, ulong? claimedLength = null)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, claimedLength ?? (ulong)header.Length);
        return [.. prefix, .. header, .. Enumerable.Range(1, dataLength).Select(i => (byte)i)];
    }

    /// <summary>A file of one-dimensional U8 tensors.</summary>
    public static byte[] WithTensors(params (string Name, int Length)[] tensors)
    {
        var position = 0;
        var entries = tensors.Select(t => $$"""
            "{{t.Name}}":{"dtype":"U8","shape":[{{t.Length}}],"data_offsets":[{{position}},{{position += t.Length}}]}
            """);
        return Of($"{{{string.Join(",", entries)}}}", position);
    }
}
