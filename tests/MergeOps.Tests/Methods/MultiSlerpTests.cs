using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class MultiSlerpTests : TensorTests
{
    private static readonly float HalfRoot = MathF.Sqrt(0.5f);

    [Fact]
    public void The_mean_direction_has_the_mean_norm() =>
        AssertValues([2 * HalfRoot, 2 * HalfRoot], new InMemoryMerge("multislerp") { Models = [Vector(1, 0), Vector(0, 3)] }.WithEach("weight", 1, 1).Run());

    [Fact]
    public void With_a_base_task_vectors_are_averaged() => AssertValues(
        [5 + (2 * HalfRoot), 2 * HalfRoot],
        new InMemoryMerge("multislerp") { Base = Vector(5, 0), Models = [Vector(6, 0), Vector(5, 3)] }.WithEach("weight", 2, 2).Run());

    [Fact]
    public void Directions_that_cancel_are_averaged_linearly() => AssertValues(
        [-1, 0],
        new InMemoryMerge("multislerp") { Models = [Vector(1, 0), Vector(-3, 0)] }.WithEach("weight", 1, 1).Run());

    [Fact]
    public void One_model_is_the_result_whatever_its_weight()
    {
        foreach (var weight in new[] { 1, 0.3, -2, 0 })
        {
            var merge = new InMemoryMerge("multislerp") { Base = Vector(5, 0), Models = [Vector(6, 1)] }.WithEach("weight", weight).With("normalize_weights", weight != 0.3);

            Assert.Null(merge.Method.Refuses(merge.ResolvedParameters, merge.ResolvedModels));
            Assert.Equal(0, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
        }
    }

    [Theory]
    [InlineData(1e-2, false)]
    [InlineData(1e-4, false)]
    [InlineData(1e-4, true)]
    [InlineData(3e-6, false)]
    [InlineData(2e-7, false)]
    public void Directions_that_nearly_cancel_keep_the_digits_of_their_difference(double difference, bool hasBase)
    {
        // from the stored numbers, in float64, as the page's formula says
        float[] origin = [.. Enumerable.Range(0, 5).Select(i => hasBase ? 0.5f * i : 0)];
        float[] first = [0.75f, -0.5f, 0.25f, 1, -0.125f];
        float[] second = [.. first.Select((x, i) => (float)(-x * (1 + (difference * (i - 1.7)))))];
        float[][] stored = [[.. first.Zip(origin, (x, b) => x + b)], [.. second.Zip(origin, (x, b) => x + b)]];
        var vectors = stored.Select(values => values.Zip(origin, (x, b) => (double)x - b).ToArray()).ToArray();
        var norms = vectors.Select(v => Math.Sqrt(v.Sum(x => x * x))).ToArray();
        double[] mean = [.. Enumerable.Range(0, 5).Select(i => (0.5 * vectors[0][i] / norms[0]) + (0.5 * vectors[1][i] / norms[1]))];
        var length = Math.Sqrt(mean.Sum(x => x * x));
        var expected = mean.Select((m, i) => origin[i] + (m / length * 0.5 * (norms[0] + norms[1])));

        var merge = new InMemoryMerge("multislerp") { Base = hasBase ? Vector(origin) : null, Models = [Vector(stored[0]), Vector(stored[1])], TileLength = 2 }
            .WithEach("weight", 1, 1).With("eps", 1e-12);

        Assert.InRange(length, 1e-9, 0.1);
        AssertValues([.. expected.Select(x => (float)x)], merge.Run());
        AssertEqual((merge with { TileLength = 5 }).Run(), merge.Run());
    }

    [Fact]
    public void Weights_that_sum_to_zero_are_refused()
    {
        var merge = new InMemoryMerge("multislerp") { Models = [Vector(1), Vector(2)] }.WithEach("weight", 1, -1);

        Assert.NotNull(merge.Method.Refuses(merge.ResolvedParameters, merge.ResolvedModels));
        Assert.Null(merge.Method.Refuses(merge.With("normalize_weights", false).ResolvedParameters, merge.ResolvedModels));
        Assert.Null(merge.Method.Refuses(merge.ResolvedParameters, merge.WithEach("weight", -1, -1).ResolvedModels));
    }
}
