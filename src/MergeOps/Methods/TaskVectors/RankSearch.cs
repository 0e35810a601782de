using System.Runtime.CompilerServices;
using MergeOps.Tensors;

namespace MergeOps.Methods.TaskVectors;

/// <summary>Finds the float32 number with a given place in the ascending order of many, by their bits: 16 of them in each of two passes.</summary>
internal sealed class RankSearch
{
    /// <summary>How often the numbers are passed.</summary>
    public const int Passes = 2;

    private const int DigitBits = 16;
    private const uint Sign = 0x80000000;

    private readonly long[] counts = new long[1 << DigitBits];
    private long? rank;

    /// <summary>The high bits of the number that are known.</summary>
    public uint Known { get; private set; }

    /// <summary>The number, after both passes.</summary>
    public float Number => OfKey(Known);

    /// <summary>Room for the counts of a piece.</summary>
    public static long[] Room() => new long[1 << DigitBits];

    /// <summary>Counts the numbers whose high bits are the known ones.</summary>
    /// <param name="room">Takes the counts.</param>
    /// <param name="known">What was known when the pass began.</param>
    /// <param name="pass">The pass, from 0.</param>
    /// <param name="numbers">The numbers.</param>
    [MethodImpl(Compile.AtOnce)]
    public static void Count(long[] room, uint known, int pass, ReadOnlySpan<float> numbers)
    {
        if (pass == 0)
        {
            foreach (var number in numbers)
            {
                room[KeyOf(number) >> DigitBits]++;
            }

            return;
        }

        foreach (var number in numbers)
        {
            var key = KeyOf(number);
            if (key >> DigitBits == known)
            {
                room[key & ((1 << DigitBits) - 1)]++;
            }
        }
    }

    /// <summary>Takes the counts of a piece.</summary>
    public void Add(long[] more)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] += more[i];
        }
    }

    /// <summary>Ends a pass.</summary>
    /// <param name="rankOf">Of how many numbers which one is looked for, from 0.</param>
    public void Descend(Func<long, long> rankOf)
    {
        var total = counts.Sum();
        var left = rank ?? Math.Clamp(rankOf(total), 0, Math.Max(0, total - 1));
        var digit = 0;
        while (digit < counts.Length - 1 && left >= counts[digit])
        {
            left -= counts[digit++];
        }

        rank = left;
        Known = (Known << DigitBits) | (uint)digit;
        Array.Clear(counts);
    }

    // bits in the order of the numbers
    private static uint KeyOf(float number)
    {
        var bits = BitConverter.SingleToUInt32Bits(number + 0f);
        return (bits & Sign) == 0 ? bits | Sign : ~bits;
    }

    private static float OfKey(uint key) => BitConverter.UInt32BitsToSingle((key & Sign) == 0 ? ~key : key & ~Sign);
}
