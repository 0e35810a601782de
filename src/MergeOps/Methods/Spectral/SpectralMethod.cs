using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;
using TorchSharp;

namespace MergeOps.Methods.Spectral;

/// <summary>
/// Methods that merge the task vectors of a matrix by its singular vectors. Vectors, matrices whose shorter side is less than
/// the number of models, and tensors of other shapes take the mean of the task vectors; a stack of matrices, such as
/// the fused experts of a mixture, is merged matrix by matrix.
/// </summary>
internal abstract class SpectralMethod : MergeMethod
{
    private static readonly NumberParameter Lambda = new("lambda", ParameterScope.Method, 1, "Multiplies the merged task vector")
    {
        Doubt = lambda => lambda == 0 ? "nothing from the models is added, and the result is the base." : null,
    };

    private static readonly FlagParameter SkipEmbeddings = new(
        "skip_embeddings", ParameterScope.Method, true, "Give token embeddings and output heads the mean of the task vectors instead")
    {
        OnlyTokenRows = true,
    };

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CutToBase;

    public sealed override ImmutableArray<ParameterDeclaration> Parameters =>
        field.IsDefault ? field = [.. OwnParameters, Lambda, SkipEmbeddings] : field;

    public sealed override bool DecomposesMatrices => true;

    internal sealed override ImmutableArray<ParameterDeclaration> LateParameters => [Lambda];

    internal sealed override bool MergesTaskVectors => true;

    /// <summary>Parameters of this method alone.</summary>
    protected virtual ImmutableArray<ParameterDeclaration> OwnParameters => [];

    /// <summary>Whether the method gives a model that is alone back.</summary>
    protected virtual bool KeepsOneModel(ResolvedParameters parameters) => false;

    public sealed override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        Lambda.Of(parameters) == 0 ? -1
        : Lambda.Of(parameters) == 1 && models.Length == 1 && KeepsOneModel(parameters) ? 0
        : null;

    public sealed override long HeldBytes(ResolvedParameters parameters, ImmutableArray<long> shape, int models, int elementSize, bool hasStatistics) =>
        Matrices.Of(shape, models) is { } matrices && !IsSkipped(parameters)
            ? (models * matrices.Count * matrices.Rows * matrices.Columns * elementSize) + (sizeof(double) * WorkOf(matrices.Rows, matrices.Columns, models))
            : 0;

    internal sealed override double DecompositionWork(ResolvedParameters parameters, ImmutableArray<long> shape, int models) =>
        Matrices.Of(shape, models) is { } matrices && !IsSkipped(parameters)
            ? matrices.Count * Decomposed(matrices.Rows, matrices.Columns, models).Sum(each => Spectrum.WorkOf(each.Rows, each.Columns))
            : 0;

    public sealed override TileFunction Prepare(ITensorInputs inputs)
    {
        var (lambda, models) = (Lambda.Of(inputs.Parameters), inputs.Models.Length);
        if (Matrices.Of(inputs.Shape, models) is not { } matrices || IsSkipped(inputs.Parameters))
        {
            return Combination.AroundBase(inputs, [.. Enumerable.Repeat(lambda / models, models)]);
        }

        var change = ChangeOf(inputs, matrices);
        var sums = inputs.Operators<IWeightedSums>();
        return tile => sums.AddWeighted(tile.Output, tile.Base, [change.narrow(0, tile.Start, tile.Length)], [lambda]);
    }

    /// <summary>The merged task vector of one matrix, in float64.</summary>
    /// <param name="vectors">The models' task vectors, finite, [m, n] in the type of the tiles; they stay as they are.</param>
    /// <param name="inputs">The tensor that the matrix belongs to.</param>
    protected abstract torch.Tensor Merge(IReadOnlyList<torch.Tensor> vectors, ITensorInputs inputs);

    /// <summary>The largest number of float64 elements that <see cref="Merge"/> holds at once.</summary>
    protected abstract long WorkOf(long rows, long columns, int models);

    /// <summary>The shapes of what <see cref="Merge"/> decomposes of a matrix.</summary>
    protected abstract IEnumerable<(long Rows, long Columns)> Decomposed(long rows, long columns, int models);

    private static bool IsSkipped(ResolvedParameters parameters) => SkipEmbeddings.Find(parameters) == true;

    // the first vector's room is the result's in the end
    private torch.Tensor ChangeOf(ITensorInputs inputs, Matrices matrices) => inputs.HoldKnown(inputs.ElementCount, first => Fill(inputs, matrices, first));

    private void Fill(ITensorInputs inputs, Matrices matrices, torch.Tensor first)
    {
        torch.Tensor[] vectors = [first, .. Enumerable.Range(1, inputs.Models.Length - 1).Select(_ => torch.empty_like(first))];
        inputs.Scan(tile =>
        {
            foreach (var (vector, delta) in vectors.Zip(Vectors.Of(tile, fromBase: true)))
            {
                vector.narrow(0, tile.Start, tile.Length).copy_(delta);
            }
        });
        for (var i = 0L; i < matrices.Count; i++)
        {
            using var scope = torch.NewDisposeScope();
            var size = matrices.Rows * matrices.Columns;
            var parts = Array.ConvertAll(vectors, vector => vector.narrow(0, i * size, size).view(matrices.Rows, matrices.Columns));
            parts[0].copy_(parts.All(IsFinite) ? Merge(parts, inputs) : torch.full_like(parts[0], Scalars.Of(double.NaN)));
        }
    }

    private static bool IsFinite(torch.Tensor tensor) => tensor.isfinite().all().item<bool>();
}
