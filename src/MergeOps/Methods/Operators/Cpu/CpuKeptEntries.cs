using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>The bits of each tile in bytes of its own, packed and spread by SIMD.</summary>
internal sealed class CpuKeptEntries : IKeptEntries
{
    private const int BitsPerByte = 8;

    private static readonly Vector512<uint> BitOfLane = Vector512.Create(1u, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);

    private readonly Queue<byte[]> tiles = [];

    public void Note(torch.Tensor values)
    {
        var bits = new byte[(values.numel() + BitsPerByte - 1) / BitsPerByte];
        if (values.IsDouble())
        {
            NoteSingly(MemoryMarshal.Cast<double, ulong>(values.AsSpan<double>()), 0, bits);
        }
        else
        {
            Note(MemoryMarshal.Cast<float, uint>(values.AsSpan<float>()), bits);
        }

        tiles.Enqueue(bits);
    }

    public void Drop(torch.Tensor values)
    {
        var bits = tiles.Dequeue();
        if (values.IsDouble())
        {
            DropSingly(MemoryMarshal.Cast<double, ulong>(values.AsSpan<double>()), 0, bits);
        }
        else
        {
            Drop(MemoryMarshal.Cast<float, uint>(values.AsSpan<float>()), bits);
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Note(Span<uint> values, byte[] bits)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var i = 0;
        for (; i <= values.Length - Vector512<uint>.Count; i += Vector512<uint>.Count)
        {
            var isZero = Vector512.Equals(Vector512.LoadUnsafe(ref first, (nuint)i), Vector512<uint>.Zero);
            BinaryPrimitives.WriteUInt16LittleEndian(bits.AsSpan(i / BitsPerByte), (ushort)~isZero.ExtractMostSignificantBits());
        }

        NoteSingly(values, i, bits);
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Drop(Span<uint> values, byte[] bits)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var i = 0;
        for (; i <= values.Length - Vector512<uint>.Count; i += Vector512<uint>.Count)
        {
            var ofLanes = Vector512.Create((uint)BinaryPrimitives.ReadUInt16LittleEndian(bits.AsSpan(i / BitsPerByte)));
            var isKept = Vector512.Equals(ofLanes & BitOfLane, BitOfLane);
            (Vector512.LoadUnsafe(ref first, (nuint)i) & isKept).StoreUnsafe(ref first, (nuint)i);
        }

        DropSingly(values, i, bits);
    }

    private static void NoteSingly<T>(Span<T> values, int start, byte[] bits)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = start; i < values.Length; i++)
        {
            bits[i / BitsPerByte] |= (byte)((T.IsZero(values[i]) ? 0 : 1) << (i % BitsPerByte));
        }
    }

    private static void DropSingly<T>(Span<T> values, int start, byte[] bits)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = start; i < values.Length; i++)
        {
            values[i] = ((bits[i / BitsPerByte] >> (i % BitsPerByte)) & 1) == 0 ? T.Zero : values[i];
        }
    }
}
