using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>The memory through which one worker reads and writes numbers, made once.</summary>
internal sealed class PieceBuffers
{
    /// <summary>Elements that are read and converted, or converted and written, at once: few enough to stay in the nearest cache.</summary>
    public const int Elements = 1 << 15;

    /// <summary>Holds a piece as it is stored, of eight bytes an element at most.</summary>
    public byte[] Stored { get; } = GC.AllocateUninitializedArray<byte>(Elements * sizeof(double), pinned: true);

    /// <summary>Holds a piece between float64 and a stored type.</summary>
    public float[] Singles { get; } = GC.AllocateUninitializedArray<float>(Elements, pinned: true);

    /// <summary>Converts elements as they are stored.</summary>
    /// <param name="stored">Their bytes; at most <see cref="Elements"/> of them for <see cref="ElementForm.Double"/>.</param>
    /// <param name="dtype">Their type.</param>
    /// <param name="target">Takes them.</param>
    /// <param name="form">How they are wanted.</param>
    public void Convert(ReadOnlySpan<byte> stored, DType dtype, Span<byte> target, ElementForm form)
    {
        if (form == ElementForm.Stored || (form, dtype) is (ElementForm.Single, DType.F32) or (ElementForm.Double, DType.F64))
        {
            stored.CopyTo(target);
        }
        else if (form == ElementForm.Single)
        {
            Conversion.Widen(stored, dtype, MemoryMarshal.Cast<byte, float>(target));
        }
        else
        {
            var singles = Singles.AsSpan(0, target.Length / sizeof(double));
            Convert(stored, dtype, MemoryMarshal.AsBytes(singles), ElementForm.Single);
            Conversion.Widen(singles, MemoryMarshal.Cast<byte, double>(target));
        }
    }
}
