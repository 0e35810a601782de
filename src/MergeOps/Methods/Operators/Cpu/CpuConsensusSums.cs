using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary><see cref="IConsensusSums"/> as SIMD loops over the memory of CPU tensors, in one visit of all tiles.</summary>
internal sealed class CpuConsensusSums : IConsensusSums
{
    public void AddConsensus(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> models, IReadOnlyList<double> shares, double needed, double lambda)
    {
        if (output.IsDouble())
        {
            Add<double>(output, anchor, models, shares, needed, lambda);
        }
        else
        {
            Add<float>(output, anchor, models, shares, (float)needed, (float)lambda);
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Add<T>(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> models, IReadOnlyList<double> shares, T needed, T lambda)
        where T : unmanaged, INumber<T>
    {
        var results = output.AsSpan<T>();
        var anchors = anchor.AsSpan<T>();
        ref var result = ref MemoryMarshal.GetReference(results);
        ref var origin = ref MemoryMarshal.GetReference(anchors);
        var tiles = new TilePointers<T>(models, stackalloc nint[models.Count]);
        T[] bounds = [.. shares.Select(T.CreateTruncating)];
        var i = 0;
        for (; i <= results.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            // differences are taken anew for each use: to write them and read them again costs more
            var own = Vector512.LoadUnsafe(ref origin, (nuint)i);
            var total = tiles.LongLanes(0, i) - own;
            for (var model = 1; model < tiles.Count; model++)
            {
                total += tiles.LongLanes(model, i) - own;
            }

            var votes = Vector512<T>.Zero;
            for (var model = 0; model < tiles.Count; model++)
            {
                var delta = tiles.LongLanes(model, i) - own;
                votes += Vector512<T>.One & Vector512.GreaterThan(Vector512.Abs(delta), Vector512.Abs(total - delta) * bounds[model]);
            }

            // a product with 1 or 0, which keeps the sign of a zero
            var mask = Vector512<T>.One & Vector512.GreaterThanOrEqual(votes, Vector512.Create(needed));
            ((total * mask * lambda) + own).StoreUnsafe(ref result, (nuint)i);
        }

        for (; i < results.Length; i++)
        {
            var total = tiles.Element(0, i) - anchors[i];
            for (var model = 1; model < tiles.Count; model++)
            {
                total += tiles.Element(model, i) - anchors[i];
            }

            var votes = T.Zero;
            for (var model = 0; model < tiles.Count; model++)
            {
                var delta = tiles.Element(model, i) - anchors[i];
                votes += T.Abs(delta) > T.Abs(total - delta) * bounds[model] ? T.One : T.Zero;
            }

            results[i] = (total * (votes >= needed ? T.One : T.Zero) * lambda) + anchors[i];
        }
    }
}
