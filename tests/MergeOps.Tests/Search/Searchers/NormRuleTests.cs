using System.Collections.Immutable;
using MergeOps.Recipes;
using MergeOps.Search.Contract;
using MergeOps.Search.Searchers;
using Xunit;

namespace MergeOps.Tests.Search.Searchers;

/// <summary>λ = mean ‖τ‖ / ‖Σ τ‖, worked by hand.</summary>
public sealed class NormRuleTests
{
    [Theory]
    // 1/√(2 + 2c)
    [InlineData(0, 0.707107)]
    [InlineData(1, 0.5)]
    [InlineData(-0.5, 1)]
    [InlineData(0.28, 0.625)]
    public async Task Two_vectors_of_one_length_give_the_closed_form(double cosine, double scale)
    {
        var chosen = await new FunctionScores(_ => 0).SearchAsync(new NormRule(), Problem([1, cosine], [cosine, 1]));

        Assert.Equal(scale, chosen.Values[0], 1e-6);
    }

    [Fact]
    public async Task The_sum_is_as_long_as_a_vector_on_average()
    {
        // τ = (3, 0), (0, 4): Σ has the length 5, the mean is 3.5
        Assert.Equal(0.7, (await new FunctionScores(_ => 0).SearchAsync(new NormRule(), Problem([9, 0], [0, 16]))).Values[0], 1e-6);
        // vectors that cancel have no sum to scale
        Assert.Equal(1, (await new FunctionScores(_ => 0).SearchAsync(new NormRule(), Problem([1, -1], [-1, 1]))).Values[0]);
    }

    [Fact]
    public async Task Weights_count_and_their_scale_does_not()
    {
        // τ = (3, 0), (0, 4) with weights 2 and 1: Σ = (6, 4), and the lengths average to (2·3 + 4) / 3
        var once = await Scale([9, 0], [0, 16], [2, 1]);
        var twice = await Scale([9, 0], [0, 16], [4, 2]);

        Assert.Equal(10 / 3.0 / Math.Sqrt(52), once, 1e-6);
        Assert.Equal(once / 2, twice, 1e-6);

        static async Task<double> Scale(double[] first, double[] second, double[] weights)
        {
            var problem = Problem(first, second);
            return (await new FunctionScores(_ => 0).SearchAsync(new NormRule(), problem with { Geometry = problem.Geometry! with { Weights = [.. weights] } })).Values[0];
        }
    }

    [Fact]
    public void Anything_but_one_number_for_all_is_refused()
    {
        Assert.Null(new NormRule().Refuses(Problem([1])));
        Assert.Contains("'parameter: lambda'", new NormRule().Refuses(FunctionScores.Weights(1, 1)), StringComparison.Ordinal);
        Assert.Contains("'parameter: lambda'", new NormRule().Refuses(FunctionScores.Problem(2, 0, 1, 1)), StringComparison.Ordinal);
    }

    /// <summary>A problem of one λ, with the products of the models' vectors.</summary>
    internal static SearchProblem Problem(params double[][] products) => new([new Dimension("lambda", 0, 1.5) { IsForAll = true }], LargerIsBetter: true, 1, 0) { Geometry = Geometry(products) };

    /// <summary>Vectors with these products.</summary>
    internal static VectorGeometry Geometry(params double[][] products) =>
        new([.. products.Select((_, model) => new ModelReference($"./m{model + 1}"))], [.. products.Select(row => row.ToImmutableArray())]);
}
