using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Merging.Tiles;

/// <summary>The buffers of one worker, made when first asked for and used again for every tile of every job.</summary>
internal sealed class Workspace(torch.Device device) : IDisposable
{
    private readonly Dictionary<(torch.ScalarType Type, int Slot), TileBuffer> arithmetic = [];
    private readonly Dictionary<torch.ScalarType, TileBuffer> staging = [];

    /// <summary>Where the arithmetic happens.</summary>
    public torch.Device Device => device;

    /// <summary>Whether arithmetic buffers are ordinary memory, so that files can be read straight into them.</summary>
    public bool IsCpu => device.type == DeviceType.CPU;

    /// <summary>A buffer of the arithmetic's type on the device.</summary>
    public torch.Tensor Arithmetic(torch.ScalarType type, int slot, long[] shape)
    {
        if (!arithmetic.TryGetValue((type, slot), out var buffer))
        {
            arithmetic[(type, slot)] = buffer = new TileBuffer(type, device);
        }

        return buffer.As(shape);
    }

    /// <summary>The buffer in which stored bytes of a type lie on their way from or to a file.</summary>
    public torch.Tensor Staging(torch.ScalarType type, long[] shape)
    {
        if (!staging.TryGetValue(type, out var buffer))
        {
            staging[type] = buffer = new TileBuffer(type, torch.CPU);
        }

        return buffer.As(shape);
    }

    /// <summary>Gives back what a job with large tiles needed.</summary>
    public void Trim(long tileElements)
    {
        foreach (var buffer in arithmetic.Values.Concat(staging.Values))
        {
            buffer.Trim(tileElements);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in arithmetic.Values.Concat(staging.Values))
        {
            buffer.Dispose();
        }
    }
}

/// <summary>The element types of files as torch names them.</summary>
internal static class TorchTypes
{
    /// <summary>The type of a dtype that arithmetic is defined on.</summary>
    public static torch.ScalarType Of(DType dtype) => dtype switch
    {
        DType.F64 => torch.ScalarType.Float64,
        DType.F32 => torch.ScalarType.Float32,
        DType.F16 => torch.ScalarType.Float16,
        DType.BF16 => torch.ScalarType.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "no arithmetic is defined on it"),
    };
}
