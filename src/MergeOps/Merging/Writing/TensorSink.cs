namespace MergeOps.Merging.Writing;

/// <summary>Takes the bytes of one output tensor, from its first to its last.</summary>
internal abstract class TensorSink
{
    /// <summary>Takes the next bytes.</summary>
    public abstract void Append(ReadOnlySpan<byte> bytes);

    /// <summary>The content digest, once every byte is there.</summary>
    public abstract string Finish();
}
