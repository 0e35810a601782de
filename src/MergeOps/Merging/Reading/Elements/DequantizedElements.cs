using System.Numerics;
using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads small numbers and multiplies them by their scales in float32; a product that is none stops the merge like a weight that is none.</summary>
/// <typeparam name="TSource">The kind of source.</typeparam>
internal abstract class DequantizedElements<TSource>(TSource source, ElementReaders readers) : ElementReader<TSource>(source, readers)
    where TSource : Dequantized
{
    private readonly PieceBuffers buffers = readers.Buffers;
    private readonly InputFiles files = readers.Files;

    /// <summary>The reader of the small numbers.</summary>
    protected ElementReader Packed => Parts[0];

    /// <summary>The reader of the scales.</summary>
    protected ElementReader Scales => Parts[1];

    /// <inheritdoc/>
    protected override void ReadPiece(long start, int count, Span<byte> target, ElementForm form)
    {
        var isDouble = form == ElementForm.Double;
        var singles = isDouble ? buffers.Singles.AsSpan(0, count) : MemoryMarshal.Cast<byte, float>(target);
        Dequantize(start, singles);
        if (FiniteCheck.IndexOfNonFinite(MemoryMarshal.AsBytes(singles), DType.F32) is >= 0 and var index)
        {
            files.NonFinite.CheckProduct(Source.Packed.Reads.First(), start + index);
        }

        if (isDouble)
        {
            Conversion.Widen(singles, MemoryMarshal.Cast<byte, double>(target));
        }
    }

    /// <summary>Fills memory with at most <see cref="PieceBuffers.Elements"/> products.</summary>
    protected abstract void Dequantize(long start, Span<float> target);

    /// <summary>Multiplies numbers by one scale.</summary>
    protected static void Multiply(Span<float> numbers, float scale)
    {
        ref var place = ref MemoryMarshal.GetReference(numbers);
        var factor = new Vector<float>(scale);
        var i = 0;
        for (; i <= numbers.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (Vector.LoadUnsafe(ref place, (nuint)i) * factor).StoreUnsafe(ref place, (nuint)i);
        }

        for (; i < numbers.Length; i++)
        {
            numbers[i] *= scale;
        }
    }
}
