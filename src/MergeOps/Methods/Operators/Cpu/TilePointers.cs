using System.Numerics;
using System.Runtime.Intrinsics;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>The addresses of several tiles, so that one loop may visit all of them; valid while the tensors live.</summary>
internal readonly unsafe ref struct TilePointers<T>(IReadOnlyList<torch.Tensor> tensors, Span<nint> addresses)
    where T : unmanaged
{
    private readonly ReadOnlySpan<nint> addresses = Fill(tensors, addresses);

    public int Count => addresses.Length;

    public ReadOnlySpan<T> Piece(int tensor, int start, int length) => new((T*)addresses[tensor] + start, length);

    public T Element(int tensor, int index) => ((T*)addresses[tensor])[index];

    public Vector<T> Lanes(int tensor, int index) => Vector.Load((T*)addresses[tensor] + index);

    /// <summary>As many lanes as any processor has in one vector; others take more of them at a time.</summary>
    public Vector512<T> LongLanes(int tensor, int index) => Vector512.Load((T*)addresses[tensor] + index);

    private static ReadOnlySpan<nint> Fill(IReadOnlyList<torch.Tensor> tensors, Span<nint> addresses)
    {
        for (var i = 0; i < tensors.Count; i++)
        {
            fixed (T* first = tensors[i].AsSpan<T>())
            {
                addresses[i] = (nint)first;
            }
        }

        return addresses;
    }
}
