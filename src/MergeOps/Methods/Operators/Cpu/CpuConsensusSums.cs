using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="IConsensusSums"/> as SIMD loops over the memory of CPU tensors, in one visit of all tiles.</summary>
internal sealed class CpuConsensusSums : IConsensusSums
{
    public void AddConsensus(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, IReadOnlyList<double> shares, double needed, double lambda)
    {
        if (output.IsDouble())
        {
            Add<double>(output, anchor, deltas, shares, needed, lambda);
        }
        else
        {
            Add<float>(output, anchor, deltas, shares, (float)needed, (float)lambda);
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Add<T>(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, IReadOnlyList<double> shares, T needed, T lambda)
        where T : unmanaged, INumber<T>
    {
        var results = output.AsSpan<T>();
        var anchors = anchor.AsSpan<T>();
        ref var result = ref MemoryMarshal.GetReference(results);
        ref var origin = ref MemoryMarshal.GetReference(anchors);
        var tiles = new TilePointers<T>(deltas, stackalloc nint[deltas.Count]);
        T[] bounds = [.. shares.Select(T.CreateTruncating)];
        var i = 0;
        for (; i <= results.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var total = tiles.Lanes(0, i);
            for (var model = 1; model < tiles.Count; model++)
            {
                total += tiles.Lanes(model, i);
            }

            var votes = Vector<T>.Zero;
            for (var model = 0; model < tiles.Count; model++)
            {
                var delta = tiles.Lanes(model, i);
                votes += Vector<T>.One & Vector.GreaterThan(Vector.Abs(delta), Vector.Abs(total - delta) * bounds[model]);
            }

            // a product with 1 or 0, which keeps the sign of a zero
            var mask = Vector<T>.One & Vector.GreaterThanOrEqual(votes, new Vector<T>(needed));
            ((total * mask * lambda) + Vector.LoadUnsafe(ref origin, (nuint)i)).StoreUnsafe(ref result, (nuint)i);
        }

        for (; i < results.Length; i++)
        {
            var total = tiles.Element(0, i);
            for (var model = 1; model < tiles.Count; model++)
            {
                total += tiles.Element(model, i);
            }

            var votes = T.Zero;
            for (var model = 0; model < tiles.Count; model++)
            {
                var delta = tiles.Element(model, i);
                votes += T.Abs(delta) > T.Abs(total - delta) * bounds[model] ? T.One : T.Zero;
            }

            results[i] = (total * (votes >= needed ? T.One : T.Zero) * lambda) + anchors[i];
        }
    }
}
