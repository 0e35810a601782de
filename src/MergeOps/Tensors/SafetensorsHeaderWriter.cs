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
        var length = LengthOf(ordered, metadata, file);
        var placed = ImmutableArray.CreateBuilder<TensorInfo>(ordered.Count);
        var position = (long)length;
        foreach (var tensor in ordered)
        {
            placed.Add(new TensorInfo(tensor.Name, tensor.DType, tensor.Shape, file, position, tensor.ByteLength));
            position = checked(position + tensor.ByteLength);
        }

        return new OutputShard(file, new(() => Header(ordered, metadata, length)), position, placed.MoveToImmutable());
    }

    // with the prefix and the padding; what only asks how large files become needs no header of very many tensors
    private static int LengthOf(List<OutputTensor> ordered, ImmutableSortedDictionary<string, string> metadata, string file)
    {
        var text = new Pieces(default);
        WriteEntries(text, ordered, metadata);
        var length = (text.Count + Alignment - 1) / Alignment * Alignment;
        return length <= SafetensorsHeaderReader.MaxHeaderLength
            ? SafetensorsHeaderReader.PrefixLength + (int)length
            : throw new MergeOpsException(
                Codes.HeaderTooLarge,
                $"{ordered.Count:N0} tensors would need a header of {length:N0} bytes in {file}; the format allows {SafetensorsHeaderReader.MaxHeaderLength:N0}. Choose a smaller shard size.");
    }

    private static ImmutableArray<byte> Header(List<OutputTensor> ordered, ImmutableSortedDictionary<string, string> metadata, int length)
    {
        var header = new byte[length];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(length - SafetensorsHeaderReader.PrefixLength));
        var text = new Pieces(header.AsMemory(SafetensorsHeaderReader.PrefixLength));
        WriteEntries(text, ordered, metadata);
        header.AsSpan(SafetensorsHeaderReader.PrefixLength + (int)text.Count).Fill((byte)' ');
        return ImmutableCollectionsMarshal.AsImmutableArray(header);
    }

    private static void WriteEntries(IBufferWriter<byte> text, List<OutputTensor> ordered, ImmutableSortedDictionary<string, string> metadata)
    {
        using var json = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
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
            json.WriteString("dtype", tensor.DType.Name());
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

    /// <summary>Counts what is written, and keeps it where there is room for it.</summary>
    private sealed class Pieces(Memory<byte> room) : IBufferWriter<byte>
    {
        private byte[] piece = new byte[1 << 14];

        /// <summary>Bytes so far.</summary>
        public long Count { get; private set; }

        public void Advance(int count)
        {
            if (!room.IsEmpty)
            {
                piece.AsSpan(0, count).CopyTo(room.Span[(int)Count..]);
            }

            Count += count;
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => piece = piece.Length < sizeHint ? new byte[sizeHint] : piece;

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
