namespace MergeOps.Merging.Reading.Elements;

/// <summary>The memory through which one worker reads and writes numbers, made once.</summary>
internal sealed class PieceBuffers
{
    /// <summary>Elements that are read and converted, or converted and written, at once: few enough to stay in the nearest cache.</summary>
    public const int Elements = 1 << 15;

    /// <summary>Holds a piece as it is stored, of eight bytes an element at most.</summary>
    public byte[] Stored { get; } = GC.AllocateUninitializedArray<byte>(Elements * sizeof(double), pinned: true);

    /// <summary>Holds a piece between float64 and a stored type.</summary>
    public float[] Singles { get; } = GC.AllocateUninitializedArray<float>(Elements, pinned: true);
}
