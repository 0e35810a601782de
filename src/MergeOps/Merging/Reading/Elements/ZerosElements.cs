using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads zeros, which no file holds.</summary>
internal sealed class ZerosElements(Zeros source, ElementReaders readers) : ElementReader<Zeros>(source, readers)
{
    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count) => [];

    /// <inheritdoc/>
    protected override void ReadPiece(long start, int count, Span<byte> target, ElementForm form) => target.Clear();
}
