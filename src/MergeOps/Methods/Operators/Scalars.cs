using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>
/// Numbers for the operations of TorchSharp. Where TorchSharp makes them itself, from a number or for a plain sum, it passes their
/// addresses to libtorch and drops them: when a garbage collection on another thread frees them at that moment, libtorch reads
/// freed memory. The numbers here live until their thread has asked for more of them than any operation takes.
/// </summary>
public static class Scalars
{
    private const int Kept = 16;

    [ThreadStatic]
    private static Scalar[]? kept;

    [ThreadStatic]
    private static int next;

    /// <summary>The factor of the second operand of a plain sum or difference.</summary>
    public static Scalar One { get; } = 1.ToScalar();

    /// <summary>A number in float64, for the very operation that it is written in.</summary>
    public static Scalar Of(double number) => Keep(number.ToScalar());

    /// <summary>A number in float32, for the very operation that it is written in.</summary>
    public static Scalar Of(float number) => Keep(number.ToScalar());

    /// <summary>An integer of 64 bits, for the very operation that it is written in.</summary>
    public static Scalar Of(long number) => Keep(number.ToScalar());

    /// <summary>An integer of 32 bits, for the very operation that it is written in.</summary>
    public static Scalar Of(int number) => Keep(number.ToScalar());

    private static Scalar Keep(Scalar scalar)
    {
        kept ??= new Scalar[Kept];
        return kept[next = (next + 1) % Kept] = scalar;
    }
}
