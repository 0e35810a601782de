using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Counts the elements of a tile that are not zero.</summary>
internal static class NonZeros
{
    public static long Count(torch.Tensor values) => values.IsDouble()
        ? Count<double>(values.AsSpan<double>())
        : Count<float>(values.AsSpan<float>());

    [MethodImpl(Compile.AtOnce)]
    private static long Count<T>(ReadOnlySpan<T> values)
        where T : unmanaged, INumber<T>
    {
        var zeros = 0L;
        for (var rest = values; rest.Length > 0;)
        {
            // short enough that float32 lanes count exactly
            var piece = rest[..Math.Min(rest.Length, 1 << 20)];
            ref var first = ref MemoryMarshal.GetReference(piece);
            var lanes = Vector<T>.Zero;
            var i = 0;
            for (; i <= piece.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                lanes += Vector<T>.One & Vector.Equals(Vector.LoadUnsafe(ref first, (nuint)i), Vector<T>.Zero);
            }

            zeros += long.CreateTruncating(Vector.Sum(lanes));
            for (; i < piece.Length; i++)
            {
                zeros += piece[i] == T.Zero ? 1 : 0;
            }

            rest = rest[piece.Length..];
        }

        return values.Length - zeros;
    }
}
