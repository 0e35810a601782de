using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Methods.Operators;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Draws numbers; each follows from its place alone.</summary>
internal sealed class DrawnElements(Drawn source, ElementReaders readers) : ElementReader<Drawn>(source, readers)
{
    private readonly RandomWords high = RandomWords.Of(source.Seed, source.Name, 0);
    private readonly RandomWords low = RandomWords.Of(source.Seed, source.Name, 1);

    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count) => [];

    /// <inheritdoc/>
    protected override void ReadPiece(long start, int count, Span<byte> target, ElementForm form)
    {
        for (var i = 0; i < count; i++)
        {
            var value = At(start + i);
            if (form == ElementForm.Double)
            {
                MemoryMarshal.Cast<byte, double>(target)[i] = value;
            }
            else
            {
                MemoryMarshal.Cast<byte, float>(target)[i] = (float)value;
            }
        }
    }

    private double At(long element) => Source.Drawing switch
    {
        Distribution.Normal => NormalQuantile.Of(Share(element)) * Source.Scale,
        Distribution.Uniform => ((2 * Share(element)) - 1) * Source.Scale,
        _ => 0,
    };

    // the middle of one of 2⁵³ equal parts of the range from 0 to 1
    private double Share(long element)
    {
        var bits = ((ulong)high[element] << 21) | (low[element] >> 11);
        return (bits + 0.5) * (1.0 / (1L << 53));
    }
}
