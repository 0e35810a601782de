using System.Numerics;
using System.Runtime.InteropServices;
using MergeOps.Tensors;

namespace MergeOps.Evaluation.Structure;

/// <summary>Whether every number is one: no NaN and no infinity in any floating-point tensor.</summary>
internal static class FiniteValues
{
    private const string Name = "finite values";

    private const int PieceBytes = 4 * 1024 * 1024;

    /// <summary>Reads every mergeable tensor once through one buffer and names the first that is not finite.</summary>
    public static CheckResult Check(Checkpoint checkpoint, IProgress<long>? bytesRead, CancellationToken cancellation)
    {
        var buffer = new byte[PieceBytes];
        var (tensors, values) = (0, 0L);
        foreach (var file in checkpoint.Tensors.Values.Where(tensor => tensor.DType.IsMergeable()).GroupBy(tensor => tensor.File))
        {
            using var opened = ModelFile.Open(Path.Combine(checkpoint.Folder, file.Key));
            foreach (var tensor in file.OrderBy(tensor => tensor.Offset))
            {
                var bad = 0L;
                for (var done = 0L; done < tensor.ByteLength; done += PieceBytes)
                {
                    cancellation.ThrowIfCancellationRequested();
                    var piece = buffer.AsSpan(0, (int)Math.Min(PieceBytes, tensor.ByteLength - done));
                    opened.Read(tensor.Offset + done, piece);
                    bad += CountNotFinite(piece, tensor.DType);
                    bytesRead?.Report(piece.Length);
                }

                if (bad > 0)
                {
                    return new(Name, CheckVerdict.Failed, $"{bad:N0} of the {tensor.ElementCount:N0} values of '{tensor.Name}' are NaN or infinite.");
                }

                tensors++;
                values += tensor.ElementCount;
            }
        }

        return tensors == 0
            ? new(Name, CheckVerdict.NotApplicable, "There is no floating-point tensor.")
            : new(Name, CheckVerdict.Passed, $"All {values:N0} values of {tensors:N0} tensors are finite.");
    }

    /// <summary>IEEE 754: a value is NaN or infinite exactly when all bits of its exponent are set.</summary>
    private static long CountNotFinite(ReadOnlySpan<byte> bytes, DType dtype) => dtype switch
    {
        DType.F64 => Count(MemoryMarshal.Cast<byte, ulong>(bytes), 0x7FF0_0000_0000_0000UL),
        DType.F32 => Count(MemoryMarshal.Cast<byte, uint>(bytes), 0x7F80_0000U),
        DType.F16 => Count(MemoryMarshal.Cast<byte, ushort>(bytes), (ushort)0x7C00),
        DType.BF16 => Count(MemoryMarshal.Cast<byte, ushort>(bytes), (ushort)0x7F80),
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a mergeable dtype"),
    };

    private static long Count<T>(ReadOnlySpan<T> bits, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var mask = new Vector<T>(exponent);
        var count = 0L;
        while (bits.Length >= Vector<T>.Count)
        {
            if (Vector.EqualsAny(new Vector<T>(bits) & mask, mask))
            {
                count += CountOneByOne(bits[..Vector<T>.Count], exponent);
            }

            bits = bits[Vector<T>.Count..];
        }

        return count + CountOneByOne(bits, exponent);
    }

    private static int CountOneByOne<T>(ReadOnlySpan<T> bits, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var count = 0;
        foreach (var value in bits)
        {
            count += (value & exponent) == exponent ? 1 : 0;
        }

        return count;
    }
}
