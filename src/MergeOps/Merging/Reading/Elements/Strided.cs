using System.Runtime.InteropServices;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Moves elements of any size between places at equal distances.</summary>
internal static class Strided
{
    /// <summary>Takes every so-manieth element.</summary>
    /// <param name="from">The elements.</param>
    /// <param name="step">The distance of two that are taken.</param>
    /// <param name="to">Takes them, one after another.</param>
    /// <param name="size">Bytes of an element: 1, 2, 4 or 8.</param>
    public static void Gather(ReadOnlySpan<byte> from, int step, Span<byte> to, int size)
    {
        switch (size)
        {
            case sizeof(byte): Gather<byte>(from, step, to); break;
            case sizeof(ushort): Gather<ushort>(from, step, to); break;
            case sizeof(uint): Gather<uint>(from, step, to); break;
            default: Gather<ulong>(from, step, to); break;
        }
    }

    /// <summary>Puts elements at equal distances.</summary>
    /// <param name="from">The elements, one after another.</param>
    /// <param name="to">Takes them; the first one at its begin.</param>
    /// <param name="step">The distance of two places.</param>
    /// <param name="size">Bytes of an element: 1, 2, 4 or 8.</param>
    public static void Scatter(ReadOnlySpan<byte> from, Span<byte> to, int step, int size)
    {
        switch (size)
        {
            case sizeof(byte): Scatter<byte>(from, to, step); break;
            case sizeof(ushort): Scatter<ushort>(from, to, step); break;
            case sizeof(uint): Scatter<uint>(from, to, step); break;
            default: Scatter<ulong>(from, to, step); break;
        }
    }

    private static void Gather<T>(ReadOnlySpan<byte> from, int step, Span<byte> to)
        where T : unmanaged
    {
        var elements = MemoryMarshal.Cast<byte, T>(from);
        var taken = MemoryMarshal.Cast<byte, T>(to);
        for (var i = 0; i < taken.Length; i++)
        {
            taken[i] = elements[i * step];
        }
    }

    private static void Scatter<T>(ReadOnlySpan<byte> from, Span<byte> to, int step)
        where T : unmanaged
    {
        var elements = MemoryMarshal.Cast<byte, T>(from);
        var places = MemoryMarshal.Cast<byte, T>(to);
        for (var i = 0; i < elements.Length; i++)
        {
            places[i * step] = elements[i];
        }
    }
}
