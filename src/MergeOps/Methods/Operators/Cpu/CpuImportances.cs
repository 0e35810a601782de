using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="IImportances"/> as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuImportances : IImportances
{
    public void Importance(torch.Tensor output, torch.Tensor values, torch.Tensor anchor, double[] factors)
    {
        if (output.IsDouble())
        {
            Importance(output.AsSpan<double>(), values.AsSpan<double>(), anchor.AsSpan<double>(), factors);
        }
        else
        {
            Importance(output.AsSpan<float>(), values.AsSpan<float>(), anchor.AsSpan<float>(), factors);
        }
    }

    public void TakeImportant(torch.Tensor output, torch.Tensor values, torch.Tensor anchor, double[] factors, double threshold)
    {
        if (output.IsDouble())
        {
            TakeImportant(output.AsSpan<double>(), values.AsSpan<double>(), anchor.AsSpan<double>(), factors, threshold);
        }
        else
        {
            TakeImportant(output.AsSpan<float>(), values.AsSpan<float>(), anchor.AsSpan<float>(), factors, threshold);
        }
    }

    private static void Importance<T>(Span<T> output, ReadOnlySpan<T> values, ReadOnlySpan<T> anchor, double[] factors)
        where T : unmanaged, INumber<T>
    {
        var length = output.Length / factors.Length;
        for (var row = 0; row < factors.Length; row++)
        {
            ImportanceOfRow(output.Slice(row * length, length), values.Slice(row * length, length), anchor.Slice(row * length, length), T.CreateTruncating(factors[row]));
        }
    }

    private static void TakeImportant<T>(Span<T> output, ReadOnlySpan<T> values, ReadOnlySpan<T> anchor, double[] factors, double threshold)
        where T : unmanaged, INumber<T>
    {
        var length = output.Length / factors.Length;
        for (var row = 0; row < factors.Length; row++)
        {
            TakeOfRow(
                output.Slice(row * length, length), values.Slice(row * length, length), anchor.Slice(row * length, length), T.CreateTruncating(factors[row]), T.CreateTruncating(threshold));
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static void ImportanceOfRow<T>(Span<T> output, ReadOnlySpan<T> values, ReadOnlySpan<T> anchor, T factor)
        where T : unmanaged, INumber<T>
    {
        ref var result = ref MemoryMarshal.GetReference(output);
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var origin = ref MemoryMarshal.GetReference(anchor);
        var i = 0;
        for (; i <= output.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (Vector.Abs(Vector.LoadUnsafe(ref value, (nuint)i) - Vector.LoadUnsafe(ref origin, (nuint)i)) * factor).StoreUnsafe(ref result, (nuint)i);
        }

        for (; i < output.Length; i++)
        {
            output[i] = T.Abs(values[i] - anchor[i]) * factor;
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static void TakeOfRow<T>(Span<T> output, ReadOnlySpan<T> values, ReadOnlySpan<T> anchor, T factor, T threshold)
        where T : unmanaged, INumber<T>
    {
        ref var result = ref MemoryMarshal.GetReference(output);
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var origin = ref MemoryMarshal.GetReference(anchor);
        var i = 0;
        for (; i <= output.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var (own, other) = (Vector.LoadUnsafe(ref value, (nuint)i), Vector.LoadUnsafe(ref origin, (nuint)i));
            var isTaken = Vector.GreaterThanOrEqual(Vector.Abs(own - other) * factor, new Vector<T>(threshold));
            // products with 1 and 0, which keep what is no number where it was
            var mask = Vector.ConditionalSelect(isTaken, Vector<T>.One, Vector<T>.Zero);
            ((own * mask) + (other * (Vector<T>.One - mask))).StoreUnsafe(ref result, (nuint)i);
        }

        for (; i < output.Length; i++)
        {
            var mask = T.Abs(values[i] - anchor[i]) * factor >= threshold ? T.One : T.Zero;
            output[i] = (values[i] * mask) + (anchor[i] * (T.One - mask));
        }
    }
}
