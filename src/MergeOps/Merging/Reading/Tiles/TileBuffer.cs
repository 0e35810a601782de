using TorchSharp;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>Memory that lives as long as its worker and is seen as a tensor of changing shape; it grows and never zeroes itself.</summary>
internal sealed unsafe class TileBuffer(torch.ScalarType type, torch.Device device) : IDisposable
{
    private torch.Tensor? storage;
    private torch.Tensor? view;
    private long[] shape = [];
    private long capacity;

    /// <summary>Address of the first element; of use only on the CPU.</summary>
    public nint Address { get; private set; }

    /// <summary>The first elements of the buffer in this shape; contents are undefined after growth.</summary>
    public torch.Tensor As(long[] wanted)
    {
        if (view is not null && shape.AsSpan().SequenceEqual(wanted))
        {
            return view;
        }

        view?.Dispose();
        var length = wanted.Aggregate(1L, (product, dimension) => product * dimension);
        Grow(length);
        using var run = storage!.narrow(0, 0, length);
        view = run.view(wanted).DetachFromDisposeScope();
        shape = [.. wanted];
        return view;
    }

    /// <summary>Gives the memory back when it is larger than so many elements.</summary>
    public void Trim(long elements)
    {
        if (capacity > elements)
        {
            Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        view?.Dispose();
        storage?.Dispose();
        (view, storage, shape, capacity, Address) = (null, null, [], 0, 0);
    }

    private void Grow(long length)
    {
        if (capacity >= length)
        {
            return;
        }

        storage?.Dispose();
        storage = torch.empty(length, type, device).DetachFromDisposeScope();
        capacity = length;
        if (device.type == DeviceType.CPU)
        {
            using var first = storage.narrow(0, 0, 1);
            fixed (byte* address = first.bytes)
            {
                Address = (nint)address;
            }
        }
    }
}
