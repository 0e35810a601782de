namespace MergeOps.Tensors;

/// <summary>
/// A floating-point format for comparing elements: its value, and its place among all values of the format, where
/// neighbours are one apart.
/// </summary>
/// <typeparam name="TBits">The signed integer of the format's size.</typeparam>
internal interface IFloatFormat<TBits>
{
    /// <summary>The value, exactly.</summary>
    static abstract double Value(TBits bits);

    /// <summary>The place: 0 for both zeros, 1 for the smallest positive number, -1 for its negative.</summary>
    static abstract long Place(TBits bits);
}

/// <summary>bfloat16: the upper half of a float32.</summary>
internal readonly struct BFloat16Format : IFloatFormat<short>
{
    /// <inheritdoc/>
    public static double Value(short bits) => BitConverter.Int32BitsToSingle(bits << 16);

    /// <inheritdoc/>
    public static long Place(short bits) => Float16Format.Place(bits);
}

/// <summary>IEEE binary16.</summary>
internal readonly struct Float16Format : IFloatFormat<short>
{
    /// <inheritdoc/>
    public static double Value(short bits) => (double)BitConverter.Int16BitsToHalf(bits);

    /// <inheritdoc/>
    public static long Place(short bits) => bits >= 0 ? bits : -(bits & (long)short.MaxValue);
}

/// <summary>IEEE binary32.</summary>
internal readonly struct Float32Format : IFloatFormat<int>
{
    /// <inheritdoc/>
    public static double Value(int bits) => BitConverter.Int32BitsToSingle(bits);

    /// <inheritdoc/>
    public static long Place(int bits) => bits >= 0 ? bits : -(bits & (long)int.MaxValue);
}

/// <summary>IEEE binary64.</summary>
internal readonly struct Float64Format : IFloatFormat<long>
{
    /// <inheritdoc/>
    public static double Value(long bits) => BitConverter.Int64BitsToDouble(bits);

    /// <inheritdoc/>
    public static long Place(long bits) => bits >= 0 ? bits : -(bits & long.MaxValue);
}
