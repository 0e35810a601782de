using System.Collections.Immutable;
using MergeOps.Architectures.Lora;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Planning;

/// <summary>A matrix, or a convolution with its inputs and places as columns, whose change an adapter holds as two factors.</summary>
/// <param name="Job">What makes the merged matrix, and the base's that it is compared with.</param>
/// <param name="Module">The module that has it.</param>
/// <param name="Changed">What makes that which is decomposed: the matrix, or the core of its change.</param>
/// <param name="Core">The directions of the core; null where the matrix itself is decomposed.</param>
/// <param name="Rank">The rank of the factors.</param>
/// <param name="IsTurned">Whether its rows are the inputs.</param>
/// <param name="IsTable">Whether it is an embedding.</param>
internal sealed record LoraMatrix(TensorJob Job, string Module, TensorJob Changed, CoreFactors? Core, int Rank, bool IsTurned, bool IsTable)
{
    /// <summary>What makes the two factors, still without number type and digest.</summary>
    /// <param name="scale">What their product is multiplied with.</param>
    public ImmutableArray<TensorJob> Factors(double scale)
    {
        var (a, b) = WrittenLora.FactorNames(Module, IsTable);
        var (inputs, outputs) = IsTurned ? (0, 1) : (1, 0);

        // the second factor of a convolution mixes the first one's outputs place by place
        var places = Job.Shape.Skip(2).ToList();
        return [Factor(scale, isFirst: true, a, b, [Rank, Job.Shape[inputs], .. places]), Factor(scale, isFirst: false, b, a, [Job.Shape[outputs], Rank, .. places.Select(_ => 1L)])];
    }

    private TensorJob Factor(double scale, bool isFirst, string name, string other, ImmutableArray<long> shape) => Changed with
    {
        Name = name,
        Shape = shape,
        Tail = null,
        Compared = Core is null ? Job.Compared : null,
        Factor = new()
        {
            Module = Module,
            Changed = Changed,
            Core = Core,
            Rank = Rank,
            Scale = scale,
            IsFirst = isFirst,
            IsTurned = IsTurned,
            Other = other,
        },
    };
}
