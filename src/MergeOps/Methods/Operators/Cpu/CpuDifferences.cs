using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="IDifferences"/> as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuDifferences : IDifferences
{
    public void Subtract(torch.Tensor values, torch.Tensor anchor)
    {
        if (values.IsDouble())
        {
            Subtract(values.AsSpan<double>(), anchor.AsSpan<double>());
        }
        else
        {
            Subtract(values.AsSpan<float>(), anchor.AsSpan<float>());
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Subtract<T>(Span<T> values, ReadOnlySpan<T> anchor)
        where T : unmanaged, INumber<T>
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        ref var origin = ref MemoryMarshal.GetReference(anchor);
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (Vector.LoadUnsafe(ref value, (nuint)i) - Vector.LoadUnsafe(ref origin, (nuint)i)).StoreUnsafe(ref value, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            values[i] -= anchor[i];
        }
    }
}
