using System.Runtime.InteropServices;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads MXFP4.</summary>
internal sealed class PackedFp4Elements(PackedFp4 source, ElementReaders readers) : DequantizedElements<PackedFp4>(source, readers)
{
    private const int BlockLength = PackedFp4.BlockBytes * 2;

    // E2M1: a sign, two bits of exponent, one of fraction
    private static readonly float[] Values = [0f, 0.5f, 1f, 1.5f, 2f, 3f, 4f, 6f, -0f, -0.5f, -1f, -1.5f, -2f, -3f, -4f, -6f];

    private readonly byte[] packed = GC.AllocateUninitializedArray<byte>((PieceBuffers.Elements / 2) + 1);
    private readonly float[] scales = new float[(PieceBuffers.Elements / BlockLength) + 2];

    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count)
    {
        var (firstByte, firstBlock) = (start / 2, start / BlockLength);
        return Packed.RunsOf(firstByte, ((start + count + 1) / 2) - firstByte)
            .Concat(Scales.RunsOf(firstBlock, ((start + count + BlockLength - 1) / BlockLength) - firstBlock));
    }

    /// <inheritdoc/>
    protected override void Dequantize(long start, Span<float> target)
    {
        if (target.IsEmpty)
        {
            return;
        }

        var (end, firstByte, firstBlock) = (start + target.Length, start / 2, start / BlockLength);
        var bytes = packed.AsSpan(0, (int)(((end + 1) / 2) - firstByte));
        var factors = scales.AsSpan(0, (int)(((end - 1) / BlockLength) - firstBlock + 1));
        Packed.Read(firstByte, bytes.Length, bytes, ElementForm.Stored);
        Scales.Read(firstBlock, factors.Length, MemoryMarshal.AsBytes(factors), ElementForm.Single);
        Span<float> products = stackalloc float[Values.Length];
        for (var i = 0; i < factors.Length; i++)
        {
            Values.CopyTo(products);
            Multiply(products, factors[i]);
            var (from, to) = (Math.Max(start, (firstBlock + i) * BlockLength), Math.Min(end, (firstBlock + i + 1) * BlockLength));
            Unpack(bytes[(int)((from / 2) - firstByte)..], (from & 1) == 1, products, target.Slice((int)(from - start), (int)(to - from)));
        }
    }

    private static void Unpack(ReadOnlySpan<byte> bytes, bool beginsWithUpper, ReadOnlySpan<float> products, Span<float> target)
    {
        var i = 0;
        if (beginsWithUpper)
        {
            target[i++] = products[bytes[0] >> 4];
            bytes = bytes[1..];
        }

        for (; i + 1 < target.Length; i += 2)
        {
            target[i] = products[bytes[0] & 15];
            target[i + 1] = products[bytes[0] >> 4];
            bytes = bytes[1..];
        }

        if (i < target.Length)
        {
            target[i] = products[bytes[0] & 15];
        }
    }
}
