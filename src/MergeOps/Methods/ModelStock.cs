using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>The mean of the fine-tunes, drawn back to the base by the angles between them.</summary>
internal sealed class ModelStock : MergeMethod
{
    /// <summary>Products of two norms below this are replaced by it.</summary>
    private const double ZeroNorms = 1e-6;

    /// <summary>Below this the formula has no value, and the base is taken.</summary>
    private const double ZeroDivisor = 1e-8;

    private static readonly FlagParameter FilterWise = new(
        "filter_wise", ParameterScope.Method, false, "Measure the angles row by row instead of over the whole tensor");

    public override string Name => "model_stock";

    public override string Title => "Model Stock";

    public override string Summary => "The mean of the fine-tunes, drawn back toward the base, further for wider angles between them";

    public override int Version => 1;

    internal override double RelativeCost => 1.8;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2403.19522");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    internal override bool MergesTaskVectors => true;

    public override int MinModels => 2;

    public override RowMismatch RowMismatch => RowMismatch.CommonRows;

    public override ImmutableArray<ParameterDeclaration> Parameters => [FilterWise];

    public override TileLayout LayoutFor(ResolvedParameters parameters) =>
        FilterWise.Of(parameters) ? TileLayout.Rows : TileLayout.Elements;

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var (products, models) = (inputs.Operators<IProducts>(), inputs.Models.Length);
        if (FilterWise.Of(inputs.Parameters))
        {
            return tile => MergeRows(tile, products);
        }

        var gram = products.StartGram(models);
        inputs.Scan(tile => gram.Add(Vectors.Of(tile, fromBase: true)));
        var ratio = Ratio(models, (i, j) => gram[i, j]);
        return Combination.AroundBase(inputs, [.. Enumerable.Repeat(ratio / models, models)]);
    }

    private static void MergeRows(Tile tile, IProducts rows)
    {
        var deltas = Vectors.Of(tile, fromBase: true);
        var models = deltas.Count;
        var products = new double[models, models][];
        for (var i = 0; i < models; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                products[i, j] = products[j, i] = rows.RowProducts(deltas[i], deltas[j]);
            }
        }

        var shares = new double[products[0, 0].Length];
        for (var row = 0; row < shares.Length; row++)
        {
            shares[row] = Ratio(models, (i, j) => products[i, j][row]) / models;
        }

        var sum = deltas.Skip(1).Aggregate(deltas[0], (total, delta) => total.add_(delta, Scalars.One));
        tile.Output.copy_(tile.Base).add_(sum.mul_(Broadcast.Of(shares, [-1, 1], sum)), Scalars.One);
    }

    /// <summary>The share of the mean: N c / (1 + (N − 1) c) for the mean cosine c of the pairs.</summary>
    private static double Ratio(int models, Func<int, int, double> product)
    {
        var cosines =
            from i in Enumerable.Range(0, models)
            from j in Enumerable.Range(0, i)
            let norms = Math.Sqrt(product(i, i)) * Math.Sqrt(product(j, j))
            select Math.Clamp(product(i, j) / Math.Max(norms, ZeroNorms), -1, 1);
        var cosine = cosines.Average();
        var divisor = 1 + ((models - 1) * cosine);
        return Math.Abs(divisor) < ZeroDivisor ? 0 : models * cosine / divisor;
    }
}
