using System.Collections.Immutable;
using MergeOps.Recipes;

namespace MergeOps.Search.Contract;

/// <summary>How what the models of a recipe learned lies in the space of all weights: expert minus base, or the weights themselves where there is no base.</summary>
/// <param name="Models">The models, the base not among them.</param>
/// <param name="Products">⟨a, b⟩ for every two of their vectors, [models, models]; of a vector with itself its squared norm.</param>
internal sealed record VectorGeometry(ImmutableArray<ModelReference> Models, ImmutableArray<ImmutableArray<double>> Products)
{
    /// <summary>What each vector is multiplied by where they are added; 1 where nothing says otherwise.</summary>
    public ImmutableArray<double> Weights { get; init; } = [.. Models.Select(_ => 1.0)];

    /// <summary>The norm of a vector.</summary>
    public double NormOf(int model) => Math.Sqrt(Products[model][model]);

    /// <summary>The cosine of two vectors, with its sign; 0 where one of them is 0.</summary>
    public double CosineOf(int a, int b) => NormOf(a) * NormOf(b) is > 0 and var norms ? Products[a][b] / norms : 0;

    /// <summary>The norm of the weighted sum of all vectors.</summary>
    public double NormOfSum => Math.Sqrt(Math.Max(0, Products.Index().Sum(row => row.Item.Index().Sum(product => Weights[row.Index] * Weights[product.Index] * product.Item))));
}
