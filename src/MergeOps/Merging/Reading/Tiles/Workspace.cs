using MergeOps.Merging.Reading.Elements;
using TorchSharp;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>The buffers of one worker, made when first asked for and used again for every tile of every job.</summary>
internal sealed class Workspace(torch.Device device) : IDisposable
{
    private const int HostSlot = -1;

    private readonly Dictionary<(torch.ScalarType Type, int Slot), TileBuffer> buffers = [];

    /// <summary>Where tiles lie.</summary>
    public torch.Device Device => device;

    /// <summary>Whether tiles are ordinary memory, so that they need not be carried to a device and back.</summary>
    public bool IsCpu => device.type == DeviceType.CPU;

    /// <summary>What numbers pass through on their way between files and tiles.</summary>
    public PieceBuffers Pieces { get; } = new();

    /// <summary>A tile's buffer on the device.</summary>
    public TileBuffer Tile(torch.ScalarType type, int slot) => Buffer(type, slot, device);

    /// <summary>The tile in ordinary memory, for devices that have memory of their own.</summary>
    public TileBuffer Host(torch.ScalarType type) => Buffer(type, HostSlot, torch.CPU);

    /// <summary>Gives back what a job with large tiles needed.</summary>
    public void Trim(long tileElements)
    {
        foreach (var buffer in buffers.Values)
        {
            buffer.Trim(tileElements);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in buffers.Values)
        {
            buffer.Dispose();
        }
    }

    private TileBuffer Buffer(torch.ScalarType type, int slot, torch.Device place)
    {
        if (!buffers.TryGetValue((type, slot), out var buffer))
        {
            buffers[(type, slot)] = buffer = new TileBuffer(type, place);
        }

        return buffer;
    }
}
