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

    private static readonly Vector256<uint> BitOfLane = Vector256.Create(1u, 2, 4, 8, 16, 32, 64, 128);

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
        var whole = values.Length / BitsPerByte;
        ref var first = ref MemoryMarshal.GetReference(values);
        for (var i = 0; i < whole; i++)
        {
            var isZero = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)(i * BitsPerByte)), Vector256<uint>.Zero);
            bits[i] = (byte)~isZero.ExtractMostSignificantBits();
        }

        NoteSingly(values, whole * BitsPerByte, bits);
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Drop(Span<uint> values, byte[] bits)
    {
        var whole = values.Length / BitsPerByte;
        ref var first = ref MemoryMarshal.GetReference(values);
        for (var i = 0; i < whole; i++)
        {
            var place = (nuint)(i * BitsPerByte);
            var isKept = Vector256.Equals(Vector256.Create((uint)bits[i]) & BitOfLane, BitOfLane);
            (Vector256.LoadUnsafe(ref first, place) & isKept).StoreUnsafe(ref first, place);
        }

        DropSingly(values, whole * BitsPerByte, bits);
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
