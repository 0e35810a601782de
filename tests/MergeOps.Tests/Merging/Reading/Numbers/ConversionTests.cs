using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Runtime;
using MergeOps.Tensors;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Merging.Reading.Numbers;

/// <summary>The framework's Half and torch's bfloat16 are the judges.</summary>
public sealed class ConversionTests
{
    private static readonly ushort[] AllSixteenBits = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];

    /// <summary>Every number that a sixteen-bit type holds, its neighbours in float32, and the middle to its neighbour.</summary>
    private static readonly float[] Singles =
    [
        .. AllSixteenBits.SelectMany(bits => Around(BitConverter.UInt32BitsToSingle((uint)bits << 16))),
        .. AllSixteenBits.SelectMany(bits => Around((float)BitConverter.UInt16BitsToHalf(bits))),
        .. Enumerable.Range(0, 1 << 16).Select(i => BitConverter.UInt32BitsToSingle((uint)i * 65521)),
    ];

    public ConversionTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Every_float16_widens_exactly()
    {
        var widened = new float[AllSixteenBits.Length];
        Conversion.Widen(MemoryMarshal.AsBytes<ushort>(AllSixteenBits), DType.F16, widened);

        Assert.Equal(AllSixteenBits.Select(bits => (float)BitConverter.UInt16BitsToHalf(bits)), widened);
    }

    [Fact]
    public void Every_bfloat16_widens_exactly()
    {
        var widened = new float[AllSixteenBits.Length];
        Conversion.Widen(MemoryMarshal.AsBytes<ushort>(AllSixteenBits), DType.BF16, widened);

        Assert.Equal(AllSixteenBits.Select(bits => (uint)bits << 16), widened.Select(BitConverter.SingleToUInt32Bits));
    }

    [Fact]
    public void Float32_rounds_to_float16_as_the_framework_does()
    {
        var narrowed = new ushort[Singles.Length];
        Conversion.Narrow(Singles, DType.F16, MemoryMarshal.AsBytes(narrowed.AsSpan()));

        Assert.Equal(Singles.Select(value => WithoutPayload(BitConverter.HalfToUInt16Bits((Half)value))), narrowed.Select(WithoutPayload));
    }

    [Fact]
    public void Float32_rounds_to_bfloat16_as_torch_does()
    {
        var narrowed = new ushort[Singles.Length];
        Conversion.Narrow(Singles, DType.BF16, MemoryMarshal.AsBytes(narrowed.AsSpan()));

        using var scope = torch.NewDisposeScope();
        var expected = MemoryMarshal.Cast<byte, ushort>(torch.tensor(Singles).to(torch.bfloat16).bytes).ToArray();
        Assert.Equal(
            expected.Zip(Singles, (bits, value) => float.IsNaN(value) ? (ushort)0x7fc0 : bits),
            narrowed);
    }

    /// <summary>A double just above or below the middle of two neighbours, too close for float32 to see.</summary>
    [Fact]
    public void Float64_rounds_to_sixteen_bits_once()
    {
        var halves = Enumerable.Range(1, 0x7bff).Select(i => (Low: BitConverter.UInt16BitsToHalf((ushort)(i - 1)), High: BitConverter.UInt16BitsToHalf((ushort)i))).ToList();
        var above = halves.ConvertAll(pair => (((double)pair.Low + (double)pair.High) / 2) * (1 + Math.Pow(2, -40)));
        var below = halves.ConvertAll(pair => (((double)pair.Low + (double)pair.High) / 2) * (1 - Math.Pow(2, -40)));

        Assert.Equal(halves.Select(pair => pair.High), Rounded(above));
        Assert.Equal(halves.Select(pair => pair.Low), Rounded(below));
        Assert.Equal(halves.Select(pair => -pair.High), Rounded(above.ConvertAll(value => -value)));
    }

    private static IEnumerable<float> Around(float value) =>
    [
        value,
        MathF.BitIncrement(value),
        MathF.BitDecrement(value),
        BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) | 0x8000),
        BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) | 0x1000),
        BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(value) | 0x1001),
    ];

    private static ushort WithoutPayload(ushort half) => Half.IsNaN(BitConverter.UInt16BitsToHalf(half)) ? (ushort)0x7e00 : half;

    private static Half[] Rounded(List<double> values)
    {
        var singles = new float[values.Count];
        var halves = new Half[values.Count];
        Conversion.ToOdd(CollectionsMarshal.AsSpan(values), singles);
        Conversion.Narrow(singles, DType.F16, MemoryMarshal.AsBytes(halves.AsSpan()));
        return halves;
    }
}
