using System.Buffers.Binary;

namespace MergeOps.Tensors;

/// <summary>
/// A little-endian floating-point format for comparing elements: its value, and its place among all values of the
/// format, where neighbours are one apart.
/// </summary>
internal interface IFloatFormat
{
    /// <summary>Bytes of one element.</summary>
    static abstract int Size { get; }

    /// <summary>The value, exactly.</summary>
    static abstract double Value(ReadOnlySpan<byte> element);

    /// <summary>The place: 0 for both zeros, 1 for the smallest positive number, -1 for its negative.</summary>
    static abstract long Place(ReadOnlySpan<byte> element);
}

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly struct BFloat16Format : IFloatFormat
{
    /// <inheritdoc/>
    public static int Size => 2;

    /// <inheritdoc/>
    public static double Value(ReadOnlySpan<byte> element) =>
        BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(element) << 16);

    /// <inheritdoc/>
    public static long Place(ReadOnlySpan<byte> element) => Float16Format.Place(element);
}

/// <summary>IEEE binary16.</summary>
internal readonly struct Float16Format : IFloatFormat
{
    /// <inheritdoc/>
    public static int Size => 2;

    /// <inheritdoc/>
    public static double Value(ReadOnlySpan<byte> element) => (double)BinaryPrimitives.ReadHalfLittleEndian(element);

    /// <inheritdoc/>
    public static long Place(ReadOnlySpan<byte> element)
    {
        var bits = BinaryPrimitives.ReadInt16LittleEndian(element);
        return bits >= 0 ? bits : -(bits & (long)short.MaxValue);
    }
}

/// <summary>IEEE binary32.</summary>
internal readonly struct Float32Format : IFloatFormat
{
    /// <inheritdoc/>
    public static int Size => 4;

    /// <inheritdoc/>
    public static double Value(ReadOnlySpan<byte> element) => BinaryPrimitives.ReadSingleLittleEndian(element);

    /// <inheritdoc/>
    public static long Place(ReadOnlySpan<byte> element)
    {
        var bits = BinaryPrimitives.ReadInt32LittleEndian(element);
        return bits >= 0 ? bits : -(bits & (long)int.MaxValue);
    }
}

/// <summary>IEEE binary64.</summary>
internal readonly struct Float64Format : IFloatFormat
{
    /// <inheritdoc/>
    public static int Size => 8;

    /// <inheritdoc/>
    public static double Value(ReadOnlySpan<byte> element) => BinaryPrimitives.ReadDoubleLittleEndian(element);

    /// <inheritdoc/>
    public static long Place(ReadOnlySpan<byte> element)
    {
        var bits = BinaryPrimitives.ReadInt64LittleEndian(element);
        return bits >= 0 ? bits : -(bits & long.MaxValue);
    }
}
