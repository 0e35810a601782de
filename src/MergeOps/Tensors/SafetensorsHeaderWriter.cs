using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Writes headers as the official library does: larger dtypes first so that every tensor is aligned, padded to eight bytes.</summary>
internal static class SafetensorsHeaderWriter
{
    private const int Alignment = 8;

    // what the libraries that load weights look for
    private static readonly ImmutableSortedDictionary<string, string> OfWeights =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("format", "pt");

    /// <summary>The file of these weights.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="tensors">The tensors in any order.</param>
    /// <exception cref="MergeOpsException">The header would be longer than the format allows.</exception>
    public static OutputShard Shard(string file, IEnumerable<OutputTensor> tensors) => Shard(file, tensors, OfWeights);

    /// <summary>The file of these tensors.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="tensors">The tensors in any order.</param>
    /// <param name="metadata">The text pairs of <c>__metadata__</c>.</param>
    /// <exception cref="MergeOpsException">The header would be longer than the format allows.</exception>
    public static OutputShard Shard(string file, IEnumerable<OutputTensor> tensors, ImmutableSortedDictionary<string, string> metadata)
    {
        // The declaration order of DType is that of the official library, which sorts by it.
        var ordered = tensors.OrderByDescending(t => t.DType).ThenBy(t => t.Name, StringComparer.Ordinal).ToList();
        var header = Header(ordered, metadata, file);
        var placed = ImmutableArray.CreateBuilder<TensorInfo>(ordered.Count);
        var position = (long)header.Length;
        foreach (var tensor in ordered)
        {
            placed.Add(new TensorInfo(tensor.Name, tensor.DType, tensor.Shape, file, position, tensor.ByteLength));
            position = checked(position + tensor.ByteLength);
        }

        return new OutputShard(file, header, position, placed.MoveToImmutable());
    }

    private static ImmutableArray<byte> Header(List<OutputTensor> ordered, ImmutableSortedDictionary<string, string> metadata, string file)
    {
        var bytes = new ArrayBufferWriter<byte>(RoomFor(ordered));
        bytes.Write(stackalloc byte[SafetensorsHeaderReader.PrefixLength]);
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteEntries(json, ordered, metadata);
        }

        var padding = (Alignment - (bytes.WrittenCount % Alignment)) % Alignment;
        bytes.Write("        "u8[..padding]);
        var length = bytes.WrittenCount - SafetensorsHeaderReader.PrefixLength;
        if (length > SafetensorsHeaderReader.MaxHeaderLength)
        {
            throw new MergeOpsException(Codes.HeaderTooLarge,
                $"{ordered.Count:N0} tensors would need a header of {length:N0} bytes in {file}; the format allows {SafetensorsHeaderReader.MaxHeaderLength:N0}. Choose a smaller shard size.");
        }

        var header = bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)length);
        return ImmutableCollectionsMarshal.AsImmutableArray(header);
    }

    // names are mostly plain letters; a header that grows is copied again and again
    private static int RoomFor(List<OutputTensor> tensors) => (int)Math.Min(SafetensorsHeaderReader.MaxHeaderLength, 1024 + tensors.Sum(tensor => tensor.Name.Length + 96L));

    private static void WriteEntries(Utf8JsonWriter json, List<OutputTensor> ordered, ImmutableSortedDictionary<string, string> metadata)
    {
        json.WriteStartObject();
        json.WriteStartObject("__metadata__");
        foreach (var (key, value) in metadata)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        var position = 0L;
        foreach (var tensor in ordered)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", tensor.DType.ToString());
            json.WriteStartArray("shape");
            foreach (var dimension in tensor.Shape)
            {
                json.WriteNumberValue(dimension);
            }

            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(position);
            json.WriteNumberValue(position += tensor.ByteLength);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
