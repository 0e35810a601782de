using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Variances across tiles, in one visit of all of them.</summary>
internal static class Variances
{
    /// <summary>output = mean of the squared differences from the mean, at each position.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void Write<T>(torch.Tensor output, IReadOnlyList<torch.Tensor> tensors)
        where T : unmanaged, INumber<T>
    {
        var results = output.AsSpan<T>();
        ref var result = ref MemoryMarshal.GetReference(results);
        var tiles = new TilePointers<T>(tensors, stackalloc nint[tensors.Count]);
        var number = T.CreateTruncating(tiles.Count);
        var i = 0;
        for (; i <= results.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var mean = Vector<T>.Zero;
            for (var k = 0; k < tiles.Count; k++)
            {
                mean += tiles.Lanes(k, i);
            }

            mean /= new Vector<T>(number);
            var sum = Vector<T>.Zero;
            for (var k = 0; k < tiles.Count; k++)
            {
                var difference = tiles.Lanes(k, i) - mean;
                sum += difference * difference;
            }

            (sum / new Vector<T>(number)).StoreUnsafe(ref result, (nuint)i);
        }

        for (; i < results.Length; i++)
        {
            var mean = T.Zero;
            for (var k = 0; k < tiles.Count; k++)
            {
                mean += tiles.Element(k, i);
            }

            mean /= number;
            var sum = T.Zero;
            for (var k = 0; k < tiles.Count; k++)
            {
                var difference = tiles.Element(k, i) - mean;
                sum += difference * difference;
            }

            results[i] = sum / number;
        }
    }
}
