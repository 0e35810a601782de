using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads the core of what one model's adapters change: held in memory as soon as one of its elements is asked for.</summary>
internal sealed class CoreMatrixElements : ElementReader<CoreMatrix>
{
    private readonly ElementReaders shared;
    private float[]? core;

    public CoreMatrixElements(CoreMatrix source, ElementReaders readers)
        : base(source, readers) => shared = readers;

    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count) => Parts.Zip(Source.Parts).SelectMany(part => part.First.RunsOf(0, part.Second.ElementCount));

    /// <inheritdoc/>
    protected override void ReadPiece(long start, int count, Span<byte> target, ElementForm form)
    {
        core ??= shared.DirectionsOf(Source.All).CoreOf(Source.Owner);
        var numbers = core.AsSpan((int)start, count);
        if (form == ElementForm.Double)
        {
            Conversion.Widen(numbers, MemoryMarshal.Cast<byte, double>(target));
        }
        else
        {
            numbers.CopyTo(MemoryMarshal.Cast<byte, float>(target));
        }
    }
}
