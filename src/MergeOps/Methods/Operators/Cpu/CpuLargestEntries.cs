using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="ILargestEntries"/> as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuLargestEntries : ILargestEntries
{
    public void Keep(torch.Tensor values, torch.Tensor other)
    {
        if (values.IsDouble())
        {
            Keep<double>(values.AsSpan<double>(), other.AsSpan<double>());
        }
        else
        {
            Keep<float>(values.AsSpan<float>(), other.AsSpan<float>());
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Keep<T>(Span<T> values, ReadOnlySpan<T> others)
        where T : unmanaged, INumber<T>
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var other = ref MemoryMarshal.GetReference(others);
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var (own, second) = (Vector.LoadUnsafe(ref value, (nuint)i), Vector.LoadUnsafe(ref other, (nuint)i));
            Vector.ConditionalSelect(Vector.GreaterThan(Vector.Abs(second), Vector.Abs(own)), second, own).StoreUnsafe(ref value, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            values[i] = T.Abs(others[i]) > T.Abs(values[i]) ? others[i] : values[i];
        }
    }
}
