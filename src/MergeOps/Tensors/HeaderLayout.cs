using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// Places the tensors of a header in the file: they must lie end to end without a hole, each as long as its dtype and
/// shape say, and fill the file to its last byte.
/// </summary>
internal static class HeaderLayout
{
    /// <summary>The tensors in the order of their bytes.</summary>
    /// <param name="entries">The entries of the header; they are sorted.</param>
    /// <param name="dataStart">Where the data begins: prefix and header.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    /// <param name="path">What messages call the file.</param>
    /// <param name="file">The file's name in the checkpoint.</param>
    /// <param name="pool">Has the shapes that other headers have; null for none.</param>
    public static ImmutableArray<TensorInfo> Place(
        List<HeaderEntry> entries, long dataStart, long fileLength, string path, string file, HeaderPool? pool = null)
    {
        pool ??= new();
        entries.Sort(ByPlace);
        var position = 0UL;
        foreach (var entry in entries)
        {
            if (entry.Begin != position || entry.End < entry.Begin)
            {
                throw Refusal(path, Codes.TensorsNotEndToEnd, entry,
                    $"takes the bytes {entry.Begin} to {entry.End}, but the tensor before it ends at {position}");
            }

            RequireSize(entry, path);
            position = entry.End;
        }

        if (position != (ulong)(fileLength - dataStart))
        {
            throw OtherLength(position, dataStart, fileLength, path);
        }

        var placed = ImmutableArray.CreateBuilder<TensorInfo>(entries.Count);
        foreach (var entry in entries)
        {
            placed.Add(new(entry.Name, entry.DType, SignedShape(entry, path, pool), file, dataStart + (long)entry.Begin, (long)(entry.End - entry.Begin)));
        }

        return placed.MoveToImmutable();
    }

    private static int ByPlace(HeaderEntry one, HeaderEntry other) =>
        one.Begin != other.Begin ? one.Begin.CompareTo(other.Begin)
        : one.End != other.End ? one.End.CompareTo(other.End)
        : string.CompareOrdinal(one.Name, other.Name);

    private static MergeOpsException OtherLength(ulong position, long dataStart, long fileLength, string path)
    {
        var described = (UInt128)position + (UInt128)dataStart;
        return new MergeOpsException(
            Codes.FileLengthMismatch,
            $"The header describes {described:N0} bytes, the file has {fileLength:N0}. {(described > (UInt128)fileLength
                ? "It is cut short: download or copy it again."
                : "Bytes that belong to no tensor were appended.")}",
            SourceSpan.File(path));
    }

    private static void RequireSize(HeaderEntry entry, string path)
    {
        ulong bits;
        try
        {
            // From the left as the official reader multiplies: a 0 saves only what stands after it.
            var elements = entry.Shape.Aggregate(1UL, (product, dimension) => checked(product * dimension));
            bits = checked(elements * (ulong)entry.DType.Bits());
        }
        catch (OverflowException)
        {
            throw Refusal(path, Codes.TensorSizeOverflow, entry, $"of shape {Shape(entry)} would have more than 2^64 bits");
        }

        if (bits % 8 != 0)
        {
            throw Refusal(path, Codes.TensorSizeMismatch, entry,
                $"of dtype {entry.DType} and shape {Shape(entry)} has {bits} bits, which is not a whole number of bytes");
        }

        if (entry.End - entry.Begin != bits / 8)
        {
            throw Refusal(path, Codes.TensorSizeMismatch, entry,
                $"of dtype {entry.DType} and shape {Shape(entry)} needs {bits / 8} bytes, its data_offsets give {entry.End - entry.Begin}");
        }
    }

    // Only a tensor without elements can still hold such a dimension; libtorch's dimensions are signed.
    private static ImmutableArray<long> SignedShape(HeaderEntry entry, string path, HeaderPool pool)
    {
        ref var known = ref pool.Signed(entry.Shape);
        if (!known.IsDefault)
        {
            return known;
        }

        try
        {
            entry.Shape.Aggregate(1L, (product, dimension) => checked(product * (long)dimension));
            return known = [.. entry.Shape.Select(dimension => checked((long)dimension))];
        }
        catch (OverflowException)
        {
            throw Refusal(path, Codes.TensorSizeOverflow, entry,
                $"of shape {Shape(entry)} has no elements but a dimension or product above {long.MaxValue}, the largest that can be computed with");
        }
    }

    private static string Shape(HeaderEntry entry)
    {
        const int shown = 16;
        var rest = entry.Shape.Length > shown ? $", … {entry.Shape.Length} dimensions" : "";
        return $"[{string.Join(", ", entry.Shape.Take(shown))}{rest}]";
    }

    private static MergeOpsException Refusal(string path, DiagnosticCode code, HeaderEntry entry, string what) =>
        new(code, $"Tensor {TerminalText.Quoted(entry.Name)} {what}.", SourceSpan.File(path));
}
