using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning.TensorSources;

/// <summary>The rows of a matrix, each scaled to the length 1; a row of zeros stays what it is. Taken in float64 and rounded once.</summary>
internal sealed record UnitRows : TensorSource
{
    /// <summary>Scales them.</summary>
    /// <param name="source">The matrix.</param>
    /// <param name="dtype">The number type that the output has where the recipe names none.</param>
    public UnitRows(TensorSource source, DType dtype)
    {
        if (source.Shape.Length != 2)
        {
            throw new ArgumentException($"{source} has no rows", nameof(source));
        }

        (Source, DType) = (source, dtype);
    }

    /// <summary>The matrix.</summary>
    public TensorSource Source { get; }

    /// <inheritdoc/>
    public override ImmutableArray<long> Shape => Source.Shape;

    /// <inheritdoc/>
    public override DType DType { get; }

    /// <inheritdoc/>
    public override ImmutableArray<TensorSource> Parts => [Source];

    /// <inheritdoc/>
    public override bool IsAsStored => false;

    /// <inheritdoc/>
    public override long HeldBytes => Source.HeldBytes + (ElementCount * sizeof(double));

    /// <inheritdoc/>
    protected override string Operation => "unit_rows";

    /// <inheritdoc/>
    public override void WriteTerms(CanonicalJsonWriter json, Func<Stored, string?> contentOf)
    {
        Source.WriteTo(json.Name("unitRows"), contentOf);
    }

    /// <inheritdoc/>
    public override string ToString() => $"unit_rows({Source})";

    /// <inheritdoc/>
    protected override TensorSource With(ImmutableArray<TensorSource> parts) => new UnitRows(parts[0], DType);
}
