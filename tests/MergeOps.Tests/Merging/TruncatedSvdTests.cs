using MergeOps.Merging.Factors;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>The own decomposition beside LAPACK's, and beside matrices whose singular values are known.</summary>
public sealed class TruncatedSvdTests
{
    [Theory]
    [InlineData(1, 1, 1, 0.0)]
    [InlineData(5, 3, 2, 0.0)]
    [InlineData(3, 40, 3, 0.0)]
    [InlineData(120, 256, 7, 0.0)]
    [InlineData(300, 700, 8, 0.0)]
    [InlineData(700, 300, 8, 0.02)]
    [InlineData(420, 400, 1, 0.1)]
    public void What_is_lost_is_the_least_that_can_be(int rows, int columns, int rank, double decay)
    {
        var change = new Change(Draw(rows, columns, decay), rows, columns);

        var svd = TruncatedSvd.Of(change, rank, TestContext.Current.CancellationToken);

        using var matrix = torch.tensor(change.Elements, [rows, columns]).to(torch.float64);
        var expected = torch.linalg.svdvals(matrix).data<double>().ToArray();
        var (least, lost) = (Math.Sqrt(expected.Skip(rank).Sum(value => value * value)), Lost(change, svd));
        Assert.InRange(lost, least * (1 - 1e-9), (least * (1 + 1e-6)) + (1e-12 * expected[0]));
        for (var i = 0; i < rank; i++)
        {
            Assert.InRange(svd.Values[i] / expected[i], 1 - 1e-3, 1 + 1e-9);
        }
    }

    [Theory]
    [InlineData(30, 20)]
    [InlineData(500, 400)]
    public void Vectors_stand_at_right_angles_and_have_one_sign(int rows, int columns)
    {
        var svd = TruncatedSvd.Of(new Change(Draw(rows, columns, 0.05), rows, columns), 6, TestContext.Current.CancellationToken);

        foreach (var vectors in new[] { svd.Left, svd.Right })
        {
            for (var i = 0; i < 6; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    Assert.Equal(i == j ? 1 : 0, vectors[i].Zip(vectors[j]).Sum(pair => pair.First * pair.Second), 1e-9);
                }
            }
        }

        Assert.All(svd.Right, vector => Assert.True(vector.MaxBy(Math.Abs) > 0));
    }

    [Theory]
    [InlineData(400, 300)]
    [InlineData(20, 9)]
    public void A_matrix_of_lower_rank_than_wanted_has_zeros_behind_its_values(int rows, int columns)
    {
        var (left, right) = (Draw(rows, 2, 0), Draw(2, columns, 0));
        var product = new float[rows * columns];
        for (var i = 0; i < product.Length; i++)
        {
            // small whole numbers, so that float32 holds the product
            product[i] = (MathF.Round(left[(i / columns) * 2] * 4) * MathF.Round(right[i % columns] * 4)) + (MathF.Round(left[((i / columns) * 2) + 1] * 4) * MathF.Round(right[columns + (i % columns)] * 4));
        }

        var svd = TruncatedSvd.Of(new Change(product, rows, columns), 5, TestContext.Current.CancellationToken);

        Assert.All(svd.Values[..2], value => Assert.True(value > 1));
        Assert.All(svd.Values[2..], value => Assert.Equal(0, value));
        Assert.InRange(Lost(new Change(product, rows, columns), svd), 0, 1e-9 * svd.Values[0]);
    }

    [Theory]
    [InlineData(7, 5)]
    [InlineData(300, 290)]
    public void A_matrix_of_zeros_has_none(int rows, int columns)
    {
        var svd = TruncatedSvd.Of(new Change(new float[rows * columns], rows, columns), 3, TestContext.Current.CancellationToken);

        Assert.All(svd.Values, value => Assert.Equal(0, value));
    }

    // the second differences of a chain: eigenvalues 2 - 2 cos(k pi / (n + 1))
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(33)]
    [InlineData(120)]
    public void Eigenvalues_of_a_chain_are_those_of_the_closed_form(int size)
    {
        var matrix = Enumerable.Range(0, size).Select(i => Enumerable.Range(0, size).Select(j => i == j ? 2.0 : Math.Abs(i - j) == 1 ? -1.0 : 0.0).ToArray()).ToArray();

        var (values, vectors) = SymmetricEigen.Of(matrix);

        for (var k = 0; k < size; k++)
        {
            Assert.Equal(2 - (2 * Math.Cos((size - k) * Math.PI / (size + 1))), values[k], 1e-12);
            for (var i = 0; i < size; i++)
            {
                Assert.Equal(values[k] * vectors[k][i], matrix[i].Zip(vectors[k]).Sum(pair => pair.First * pair.Second), 1e-12);
            }
        }
    }

    private static double Lost(Change change, TruncatedSvd svd)
    {
        var sum = 0.0;
        for (var i = 0; i < change.Rows; i++)
        {
            for (var j = 0; j < change.Columns; j++)
            {
                var rest = (double)change.Elements[(i * change.Columns) + j];
                for (var k = 0; k < svd.Values.Length; k++)
                {
                    rest -= svd.Values[k] * svd.Left[k][i] * svd.Right[k][j];
                }

                sum += rest * rest;
            }
        }

        return Math.Sqrt(sum);
    }

    // independent entries, whose columns become smaller as the decay says
    private static float[] Draw(int rows, int columns, double decay)
    {
        var random = new Random(rows + columns);
        var numbers = new float[rows * columns];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (float)((random.NextDouble() - 0.5) * Math.Exp(-decay * (i % columns)));
        }

        return numbers;
    }
}
