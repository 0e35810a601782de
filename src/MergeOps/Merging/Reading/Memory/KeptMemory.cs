using System.Collections.Immutable;

namespace MergeOps.Merging.Reading.Memory;

/// <summary>Memory for the stored bytes of a job's inputs, until it is disposed.</summary>
internal sealed class KeptMemory(ImmutableArray<KeptBytes> inputs, Action giveBack) : IDisposable
{
    /// <summary>The memory of each input.</summary>
    public ImmutableArray<KeptBytes> Inputs => inputs;

    /// <inheritdoc/>
    public void Dispose() => giveBack();
}
