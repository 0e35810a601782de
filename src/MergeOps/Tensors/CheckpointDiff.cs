using System.Collections.Immutable;

namespace MergeOps.Tensors;

/// <summary>Compares two checkpoints tensor by tensor in constant memory, without libtorch.</summary>
internal static class CheckpointDiff
{
    // A multiple of every element size.
    private const int PieceSize = 1024 * 1024;

    /// <summary>Compares every tensor of both; the bytes are read only where dtype and shape agree.</summary>
    /// <param name="a">The first checkpoint.</param>
    /// <param name="b">The second checkpoint.</param>
    /// <param name="compared">Told how many bytes of one side were compared, now and then; for progress.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    /// <exception cref="Diagnostics.MergeOpsException">A file changed or cannot be read.</exception>
    public static CheckpointDifference Compare(
        Checkpoint a, Checkpoint b, Action<long>? compared = null, CancellationToken cancellation = default)
    {
        using var readerA = new TensorReader(a);
        using var readerB = new TensorReader(b);
        var (bufferA, bufferB) = (new byte[PieceSize], new byte[PieceSize]);
        var tensors = ImmutableArray.CreateBuilder<TensorDifference>();
        foreach (var name in a.Tensors.Keys.Union(b.Tensors.Keys).Order(StringComparer.Ordinal))
        {
            var (inA, inB) = (a.Tensors.GetValueOrDefault(name), b.Tensors.GetValueOrDefault(name));
            var values = inA is not null && inB is not null && inA.DType == inB.DType && inA.Shape.SequenceEqual(inB.Shape)
                ? CompareValues(inA, inB)
                : null;
            tensors.Add(new TensorDifference(name, inA, inB, values));
        }

        return new CheckpointDifference(tensors.DrainToImmutable());

        ValueDifference CompareValues(TensorInfo inA, TensorInfo inB)
        {
            var tally = ElementTally.For(inA.DType);
            for (var position = 0L; position < inA.ByteLength; position += PieceSize)
            {
                cancellation.ThrowIfCancellationRequested();
                var length = (int)Math.Min(PieceSize, inA.ByteLength - position);
                readerA.Read(inA, position, bufferA.AsSpan(0, length));
                readerB.Read(inB, position, bufferB.AsSpan(0, length));
                tally.Add(bufferA.AsSpan(0, length), bufferB.AsSpan(0, length));
                compared?.Invoke(length);
            }

            return tally.Result();
        }
    }
}
