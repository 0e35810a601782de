namespace MergeOps.Tensors;

/// <summary>The bytes of a model's file, wherever they lie, safe from many threads.</summary>
internal interface IModelContent : IDisposable
{
    /// <summary>Fills the buffer from a position.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The bytes cannot be had, or are not those of the file.</exception>
    void Read(long offset, Span<byte> buffer);

    /// <summary>Begins with bytes that will be read soon, without waiting; only a hint.</summary>
    void Announce(long offset, long length);
}
