using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>Spherical interpolation of two models, or of two task vectors, by relative weights.</summary>
internal sealed class NuSlerp : MergeMethod
{
    /// <summary>Sums of weights below this count as zero; the models then have equal shares.</summary>
    private const double ZeroSum = 1e-6;

    private static readonly NumberParameter Weight = new("weight", ParameterScope.Model, null, "The model's share; only the ratio of the two counts")
    {
        Role = ParameterRole.Share,
    };

    private static readonly FlagParameter Flatten = new("nuslerp_flatten", ParameterScope.Method, true, "Take each tensor as one vector");
    private static readonly FlagParameter RowWise = new(
        "nuslerp_row_wise", ParameterScope.Method, false, "Not flattened: take vectors along the first axis instead of the last");

    public override string Name => "nuslerp";

    public override string Title => "NuSLERP";

    public override string Summary => "The point between two models, or two task vectors, along the arc that joins them";

    public override int Version => 1;

    internal override double RelativeCost => 1.8;

    public override Uri? Reference => null;

    public override BaseModelRule BaseModel => BaseModelRule.Optional;

    public override int MinModels => 2;

    public override int MaxModels => 2;

    public override RowMismatch RowMismatch => RowMismatch.CommonRows;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Weight, Flatten, RowWise];

    public override TileLayout LayoutFor(ResolvedParameters parameters) =>
        Flatten.Of(parameters) ? TileLayout.Elements : TileLayout.Rows;

    public override string? Doubts(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        double[] weights = [.. models.Select(Weight.Of)];
        return !WeightBalance.Cancel(weights) ? null
            : Math.Abs(weights.Sum()) < ZeroSum ? "The weights cancel, so both models get equal shares. Only the ratio of the weights counts: write two with the same sign."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The weights nearly cancel, and the place on the arc, the second one's share of the sum, is {Share(models):#,0}, far beyond both models. Write weights with the same sign.");
    }

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        Share(models) switch
        {
            0 => 0,
            1 => 1,
            _ => null,
        };

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var share = Share(inputs.Models);
        if (!Flatten.Of(inputs.Parameters))
        {
            // a tensor of one axis is one vector whichever way it is cut
            var alongFirstAxis = RowWise.Of(inputs.Parameters) && inputs.Shape.Length > 1;
            return alongFirstAxis ? ColumnInterpolation.Prepare(inputs, share) : RowInterpolation.Prepare(inputs, share);
        }

        var gram = inputs.Operators<IProducts>().StartGram(2);
        inputs.Scan(tile => gram.Add(Vectors.Of(tile, inputs.HasBase)));
        var (first, second) = SphericalInterpolation.NuSlerpCoefficients(gram[0, 1], gram.Norm(0), gram.Norm(1), share);
        return inputs.HasBase
            ? Combination.AroundBase(inputs, [first, second])
            : Combination.OfModels(inputs, [first, second], first + second);
    }

    private static double Share(ImmutableArray<ResolvedParameters> models)
    {
        var (first, second) = (Weight.Of(models[0]), Weight.Of(models[1]));
        return Math.Abs(first + second) < ZeroSum ? 0.5 : second / (first + second);
    }
}
