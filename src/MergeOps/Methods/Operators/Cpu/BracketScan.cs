using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Counts the elements above each bracket, and each magnitude inside it apart: the second and last scan where the brackets hold.</summary>
internal sealed class BracketScan(IReadOnlyList<MagnitudeCut> expected, MagnitudeBracket[] brackets) : IMagnitudeScan
{
    public void Count(torch.Tensor values)
    {
        // few enough at once that they are in the nearest cache for all brackets but the first
        const int pieceLength = 1 << 12;
        for (var rest = values.AsSpan<int>(); !rest.IsEmpty; rest = rest[Math.Min(rest.Length, pieceLength)..])
        {
            foreach (var bracket in brackets)
            {
                Count(rest[..Math.Min(rest.Length, pieceLength)], bracket);
            }
        }
    }

    public IMagnitudeScan? Finish(IReadOnlyList<MagnitudeCut> cuts)
    {
        if (cuts.SequenceEqual(expected) && brackets.Zip(cuts).All(pair => pair.First.TryPlace(pair.Second)))
        {
            return null;
        }

        foreach (var cut in cuts)
        {
            cut.Start(cut.Count);
        }

        return DigitScan.First(isDouble: false);
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Count(ReadOnlySpan<int> values, MagnitudeBracket bracket)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var (low, high) = (Vector512.Create(bracket.Low), Vector512.Create(bracket.High));
        var width = (high - low).AsUInt32();
        var (above, insideCount) = (0, 0);
        ref var count = ref MemoryMarshal.GetArrayDataReference(bracket.Counts);
        var i = 0;
        for (; i <= values.Length - Vector512<int>.Count; i += Vector512<int>.Count)
        {
            var magnitude = Vector512.LoadUnsafe(ref first, (nuint)i) & Vector512.Create(int.MaxValue);
            above += BitOperations.PopCount(Vector512.GreaterThan(magnitude, high).ExtractMostSignificantBits());
            // most vectors hold nothing that is inside
            var inside = Vector512.LessThanOrEqual((magnitude - low).AsUInt32(), width).ExtractMostSignificantBits();
            if (inside == 0)
            {
                continue;
            }

            insideCount += BitOperations.PopCount(inside);
            for (; inside != 0; inside &= inside - 1)
            {
                Unsafe.Add(ref count, (Unsafe.Add(ref first, i + BitOperations.TrailingZeroCount(inside)) & int.MaxValue) - bracket.Low)++;
            }
        }

        bracket.Above += above;
        bracket.Inside += insideCount;
        foreach (var value in values[i..])
        {
            var magnitude = value & int.MaxValue;
            if (magnitude > bracket.High)
            {
                bracket.Above++;
            }
            else if (magnitude >= bracket.Low)
            {
                bracket.Counts[magnitude - bracket.Low]++;
                bracket.Inside++;
            }
        }
    }
}
