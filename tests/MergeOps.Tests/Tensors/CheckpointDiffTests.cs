using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class CheckpointDiffTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_equals_itself_however_it_is_sharded()
    {
        OutputTensor[] tensors = [new("a", DType.F32, [3]), new("b", DType.I8, [5]), new("c", DType.F4, [4])];
        byte[][] contents = [Floats(1, 2, float.NaN), [1, 2, 3, 4, 5], [6, 7]];

        var difference = Compare(Write("one", 1000, tensors, contents), Write("many", 1, tensors, contents));

        Assert.True(difference.IsEqual);
        Assert.Equal("3 tensors: 3 equal, 0 different\n", CheckpointDiffText.Of(difference));
    }

    [Fact]
    public void Names_dtypes_and_shapes_that_differ_are_told_apart()
    {
        var a = Write("a", 1000, [new("x", DType.U8, [1]), new("d", DType.U8, [2]), new("s", DType.U8, [2])], [[1], [1, 2], [1, 2]]);
        var b = Write("b", 1000, [new("y\u001b", DType.U8, [1]), new("d", DType.I8, [2]), new("s", DType.U8, [2, 1])], [[1], [1, 2], [1, 2]]);

        Assert.Equal(
            "d: dtype U8 and I8\ns: shape [2] and [2, 1]\nx: only in the first\ny\\u001b: only in the second\n4 tensors: 0 equal, 4 different\n",
            CheckpointDiffText.Of(Compare(a, b)));
    }

    [Fact]
    public void Distances_are_counted_in_units_in_the_last_place()
    {
        var one = BitConverter.SingleToInt32Bits(1f);
        float[] a = [1, 1, 1, 1, 1, 1, 0f, float.Epsilon, 2];
        float[] b = [1, .. new[] { 1, 3, 4, 15, 16 }.Select(ulp => BitConverter.Int32BitsToSingle(one + ulp)), -0f, -float.Epsilon, 2];

        var values = CompareOne(DType.F32, Floats(a), Floats(b));

        Assert.Equal((9, 2, 0), (values.Count, values.Equal, values.NonFinite));
        Assert.Equal(new UlpHistogram(Zero: 3, One: 1, TwoToThree: 2, FourToFifteen: 2, SixteenAndMore: 1), values.Ulps);
        Assert.Equal(16 * Math.Pow(2, -23), values.Largest);
    }

    [Fact]
    public void The_differences_are_exact_in_every_float_format()
    {
        // 1.5 against 1 and 2 against -2 in each format
        (DType DType, byte[] A, byte[] B)[] cases =
        [
            (DType.BF16, [0xC0, 0x3F, 0x00, 0x40], [0x80, 0x3F, 0x00, 0xC0]),
            (DType.F16, [0x00, 0x3E, 0x00, 0x40], [0x00, 0x3C, 0x00, 0xC0]),
            (DType.F32, Floats(1.5f, 2), Floats(1, -2)),
            (DType.F64, MemoryMarshal.AsBytes<double>([1.5, 2]).ToArray(), MemoryMarshal.AsBytes<double>([1, -2]).ToArray()),
        ];

        Assert.All(cases, c =>
        {
            var values = CompareOne(c.DType, c.A, c.B);
            Assert.Equal(4.0, values.Largest);
            Assert.Equal(Math.Sqrt((0.25 + 16) / 2), values.RootMeanSquare);
        });
    }

    [Fact]
    public void Pairs_with_nan_or_infinity_are_counted_and_left_out_of_the_measures()
    {
        var values = CompareOne(
            DType.F32,
            Floats(float.NaN, float.NaN, float.PositiveInfinity, 1, 5),
            Floats(float.NaN, 1, float.NegativeInfinity, float.NaN, 7));

        Assert.Equal((5, 1, 3), (values.Count, values.Equal, values.NonFinite));
        Assert.Equal(2.0, values.Largest);
        Assert.Equal(Math.Sqrt(4.0 / 2), values.RootMeanSquare);
    }

    [Fact]
    public void The_furthest_numbers_there_are_do_not_overflow_anything()
    {
        var values = CompareOne(
            DType.F64,
            MemoryMarshal.AsBytes<double>([double.MaxValue]).ToArray(),
            MemoryMarshal.AsBytes<double>([double.MinValue]).ToArray());

        Assert.Equal(1, values.Ulps?.SixteenAndMore);
        Assert.Equal(double.MaxValue, values.Largest);
    }

    [Fact]
    public void A_tensor_longer_than_one_piece_is_compared_to_its_end()
    {
        const int length = (2 * 1024 * 1024) + 6;
        var a = new byte[length];
        var b = new byte[length];
        b[^1] = 1;
        var reported = 0L;
        OutputTensor[] tensors = [new("x", DType.BF16, [length / 2])];

        var difference = CheckpointDiff.Compare(
            Write("a", long.MaxValue, tensors, [a]), Write("b", long.MaxValue, tensors, [b]), bytes => reported += bytes, TestContext.Current.CancellationToken);

        Assert.Equal((length / 2) - 1, difference.Tensors[0].Values?.Equal);
        Assert.Equal(length, reported);
    }

    private ValueDifference CompareOne(DType dtype, byte[] a, byte[] b)
    {
        OutputTensor[] tensors = [new("x", dtype, [a.Length * 8L / dtype.Bits()])];
        return Compare(Write("a", long.MaxValue, tensors, [a]), Write("b", long.MaxValue, tensors, [b])).Tensors[0].Values!;
    }

    private Checkpoint Write(string name, long shardSize, OutputTensor[] tensors, byte[][] contents)
    {
        var path = Directory.CreateDirectory(folder[$"{name}-{Guid.NewGuid():N}"]).FullName;
        using (var writer = ShardWriter.Open(path, ShardLayout.Of(tensors, shardSize)))
        {
            for (var i = 0; i < tensors.Length; i++)
            {
                writer.Write(tensors[i].Name, 0, contents[i]);
            }

            writer.Flush();
        }

        return CheckpointReader.Open(path, new DiagnosticBag());
    }

    private static CheckpointDifference Compare(Checkpoint a, Checkpoint b) =>
        CheckpointDiff.Compare(a, b, cancellation: TestContext.Current.CancellationToken);

    private static byte[] Floats(params float[] values) => MemoryMarshal.AsBytes<float>(values).ToArray();
}
