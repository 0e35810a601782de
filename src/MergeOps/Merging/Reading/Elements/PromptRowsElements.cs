using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads the rows of prompts: makes all of them when the first one is asked for.</summary>
internal sealed class PromptRowsElements : MadeElements<PromptRows>
{
    private readonly int width;

    public PromptRowsElements(PromptRows source, ElementReaders readers)
        : base(source, readers)
    {
        width = checked((int)source.Embedding.Shape[1]);
        Parts[0].ReadsInAnyOrder(width);
    }

    /// <inheritdoc/>
    protected override double[] Make()
    {
        var made = new double[Source.Prompts.Length * width];
        var other = new double[width];
        for (var i = 0; i < Source.Prompts.Length; i++)
        {
            var row = made.AsSpan(i * width, width);
            Sum(Source.Prompts[i].Positive, row);
            if (!Source.Prompts[i].Negative.IsEmpty)
            {
                Sum(Source.Prompts[i].Negative, other);
                for (var column = 0; column < width; column++)
                {
                    row[column] -= other[column];
                }
            }

            UnitRowsElements.Scale(row);
        }

        return made;
    }

    private void Sum(ImmutableArray<TokenCount> tokens, Span<double> row)
    {
        row.Clear();
        var own = new double[width];
        foreach (var (token, count) in tokens)
        {
            Parts[0].Read((long)token * width, width, MemoryMarshal.AsBytes(own.AsSpan()), ElementForm.Double);
            for (var column = 0; column < width; column++)
            {
                row[column] += count * own[column];
            }
        }

        UnitRowsElements.Scale(row);
    }
}
