using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads MXFP4.</summary>
internal sealed class PackedFp4Elements(PackedFp4 source, ElementReaders readers) : DequantizedElements<PackedFp4>(source, readers)
{
    private const int BlockLength = PackedFp4.BlockBytes * 2;

    // E2M1: a sign, two bits of exponent, one of fraction
    private static readonly float[] Values = [0f, 0.5f, 1f, 1.5f, 2f, 3f, 4f, 6f, -0f, -0.5f, -1f, -1.5f, -2f, -3f, -4f, -6f];

    // the upper bytes of the values as float32, in which the two others are zero
    private static readonly Vector128<byte> FirstBytes = Vector128.Create([.. Values.Select(value => (byte)(BitConverter.SingleToUInt32Bits(value) >> 24))]);
    private static readonly Vector128<byte> SecondBytes = Vector128.Create([.. Values.Select(value => (byte)(BitConverter.SingleToUInt32Bits(value) >> 16))]);

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
        var firstWhole = (start + BlockLength - 1) / BlockLength;
        var endOfWhole = Math.Max(firstWhole, end / BlockLength);
        UnpackPart(start, Math.Min(end, firstWhole * BlockLength), start, target);
        if (firstWhole < endOfWhole)
        {
            Unpack(
                bytes[(int)((firstWhole * PackedFp4.BlockBytes) - firstByte)..],
                factors.Slice((int)(firstWhole - firstBlock), (int)(endOfWhole - firstWhole)),
                target[(int)((firstWhole * BlockLength) - start)..]);
        }

        UnpackPart(endOfWhole * BlockLength, end, start, target);
    }

    // some of the elements of one block
    private void UnpackPart(long from, long to, long start, Span<float> target)
    {
        if (from >= to)
        {
            return;
        }

        var (firstByte, factor) = (start / 2, scales[(from / BlockLength) - (start / BlockLength)]);
        for (var element = from; element < to; element++)
        {
            var pair = packed[(element / 2) - firstByte];
            target[(int)(element - start)] = Values[(element & 1) == 0 ? pair & 15 : pair >> 4] * factor;
        }
    }

    // whole blocks: the two halves of a byte become neighbors, and each code names the two bytes of its value
    [MethodImpl(Compile.AtOnce)]
    private static void Unpack(ReadOnlySpan<byte> bytes, ReadOnlySpan<float> factors, Span<float> target)
    {
        var (first, second) = (FirstBytes, SecondBytes);
        ref var source = ref MemoryMarshal.GetReference(bytes);
        ref var place = ref MemoryMarshal.GetReference(target);
        for (var block = 0; block < factors.Length; block++)
        {
            var stored = Vector128.LoadUnsafe(ref source, (nuint)(block * PackedFp4.BlockBytes));
            var factor = Vector256.Create(factors[block]);
            var (even, odd) = (Unpack(Vector128.WidenLower(stored), first, second), Unpack(Vector128.WidenUpper(stored), first, second));
            var index = (nuint)(block * BlockLength);
            ((Vector256.WidenLower(even) << 16).AsSingle() * factor).StoreUnsafe(ref place, index);
            ((Vector256.WidenUpper(even) << 16).AsSingle() * factor).StoreUnsafe(ref place, index + 8);
            ((Vector256.WidenLower(odd) << 16).AsSingle() * factor).StoreUnsafe(ref place, index + 16);
            ((Vector256.WidenUpper(odd) << 16).AsSingle() * factor).StoreUnsafe(ref place, index + 24);
        }
    }

    /// <summary>The upper halves of the values of eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Unpack(Vector128<ushort> pairs, Vector128<byte> first, Vector128<byte> second)
    {
        var codes = ((pairs & Vector128.Create((ushort)0x0f)) | ((pairs & Vector128.Create((ushort)0xf0)) << 4)).AsByte();
        var (upper, lower) = (Vector128.Shuffle(first, codes), Vector128.Shuffle(second, codes));
        return Vector256.Create(
            (Vector128.WidenLower(upper) << 8) | Vector128.WidenLower(lower), (Vector128.WidenUpper(upper) << 8) | Vector128.WidenUpper(lower));
    }
}
