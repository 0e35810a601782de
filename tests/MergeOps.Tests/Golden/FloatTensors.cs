using System.Buffers.Binary;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Tests.Golden;

/// <summary>The floating-point tensors of a checkpoint as doubles; exact for every format that merges write.</summary>
internal sealed class FloatTensors(string path) : IDisposable
{
    private readonly Checkpoint checkpoint = CheckpointReader.Open(path, new DiagnosticBag());
    private TensorReader? reader;

    public IReadOnlyDictionary<string, TensorInfo> Infos => checkpoint.Tensors;

    public double[] Read(string name)
    {
        var tensor = checkpoint.Tensors[name];
        var bytes = new byte[tensor.ByteLength];
        (reader ??= new TensorReader(checkpoint)).Read(tensor, 0, bytes);
        var size = tensor.DType.Bits() / 8;
        return [.. Enumerable.Range(0, bytes.Length / size).Select(i => ValueAt(bytes.AsSpan(i * size, size), tensor.DType))];
    }

    public void Dispose() => reader?.Dispose();

    /// <summary>One unit in the last place of a format at a value.</summary>
    public static double UnitAt(double value, DType dtype)
    {
        var (mantissa, smallest) = dtype switch
        {
            DType.BF16 => (7, -126),
            DType.F16 => (10, -14),
            DType.F32 => (23, -126),
            _ => (52, -1022),
        };
        var exponent = value == 0 ? smallest : Math.Max(smallest, Math.ILogB(value));
        return Math.ScaleB(1, exponent - mantissa);
    }

    private static double ValueAt(ReadOnlySpan<byte> bytes, DType dtype) => dtype switch
    {
        DType.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        DType.F64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        DType.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        DType.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        DType.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => throw new NotSupportedException($"no golden file has {dtype}"),
    };
}
