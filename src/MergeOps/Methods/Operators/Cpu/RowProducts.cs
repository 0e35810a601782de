using System.Numerics;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Scalar products of rows.</summary>
internal static class RowProducts
{
    public static double[] Of<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, int rowLength)
        where T : unmanaged, INumber<T>
    {
        var products = new double[first.Length / rowLength];
        var sum = new BlockSum();
        for (var row = 0; row < products.Length; row++)
        {
            sum.Restart();
            sum.AddProducts(first.Slice(row * rowLength, rowLength), second.Slice(row * rowLength, rowLength));
            products[row] = sum.Value;
        }

        return products;
    }
}
