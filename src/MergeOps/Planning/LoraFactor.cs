using MergeOps.Planning.TensorSources;

namespace MergeOps.Planning;

/// <summary>
/// One of the two factors of a change in an adapter: merged weight − base's weight ≈ scale · B·A, by the largest singular values.
/// The job of B makes both.
/// </summary>
internal sealed record LoraFactor
{
    /// <summary>Moves by hand when another change of this code moves a byte of factors.</summary>
    public const int Version = 1;

    /// <summary>The module, as the base names it.</summary>
    public required string Module { get; init; }

    /// <summary>The job that makes the merged weight, or in the core space the core of its change.</summary>
    public required TensorJob Changed { get; init; }

    /// <summary>The core space; null where the change is merged weight minus base.</summary>
    public CoreFactors? Core { get; init; }

    /// <summary>Columns of B, and rows of A.</summary>
    public required int Rank { get; init; }

    /// <summary>What the product is multiplied by.</summary>
    public required double Scale { get; init; }

    /// <summary>Whether it is A, of which each rank is a row; else B, of which each rank is a column.</summary>
    public required bool IsFirst { get; init; }

    /// <summary>Whether the weight is (B·A)ᵀ: that of a layer with its inputs first, or a table of embeddings.</summary>
    public required bool IsTurned { get; init; }

    /// <summary>The name of the other factor.</summary>
    public required string Other { get; init; }

    /// <summary>Rows of the change.</summary>
    public long Rows => Core?.WeightRows ?? Changed.Shape[0];

    /// <summary>Columns of the change.</summary>
    public long Columns => Core?.WeightColumns ?? ChangedColumns;

    /// <summary>Columns of what is decomposed; of a convolution all that makes one output.</summary>
    public long ChangedColumns => TensorSource.CountOf(Changed.Shape.Skip(1));

    /// <summary>Bytes that its decomposition takes beside the tiles.</summary>
    public long HeldBytes => SvdMemory.Need(Changed.Shape[0], ChangedColumns, Rank)
        + (Core is null ? 0 : Core.HeldBytes + (2L * sizeof(double) * Rank * (Rows + Columns)));
}
