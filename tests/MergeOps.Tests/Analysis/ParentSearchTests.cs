using System.Collections.Immutable;
using MergeOps.Analysis;
using MergeOps.Analysis.Audits;
using MergeOps.Analysis.Sums;
using MergeOps.Methods;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Analysis;

public sealed class ParentSearchTests
{
    [Fact]
    public void No_random_model_is_taken_for_a_merge_in_two_hundred_trials()
    {
        for (var trial = 0; trial < 200; trial++)
        {
            // candidates of one family, and a model of another, or one of the family that was trained on
            var random = new Random(trial);
            var tensors = Enumerable.Range(0, 6).Select(tensor =>
            {
                var origin = AnalyzedModels.Normal((1000 * trial) + tensor, 600);
                double[][] candidates = [origin, Near(1), Near(2), Near(3)];
                return Read(trial % 2 == 0 ? AnalyzedModels.Normal((1000 * trial) + 500 + tensor, 600) : Near(4), candidates);

                double[] Near(int seed) => AnalyzedModels.Sum(origin, AnalyzedModels.Normal((1000 * trial) + (50 * seed) + tensor, 600), 0.02 + (0.3 * random.NextDouble()));
            });

            var found = new ParentSearch([.. tensors], 4, baseModel: null).Find();

            Assert.True(found.Making is Making.Unexplained or Making.Relative or Making.Partly, $"trial {trial}: {found.Making}");
            Assert.Equal(0, found.Exact);
        }
    }

    [Fact]
    public void Coefficients_are_those_of_a_float32_merge_of_nearly_equal_models()
    {
        var tensors = Enumerable.Range(0, 4).Select(tensor =>
        {
            var origin = AnalyzedModels.Normal(tensor, 4000);
            var one = AnalyzedModels.Sum(origin, AnalyzedModels.Normal(10 + tensor, 4000), 0.005);
            var two = AnalyzedModels.Sum(origin, AnalyzedModels.Normal(20 + tensor, 4000), 0.005);
            return Read([.. one.Zip(two, (a, b) => (double)(float)((0.37 * (float)a) + (0.63 * (float)b)))], [origin, Single(one), Single(two)], DType.F32);
        });

        var found = new ParentSearch([.. tensors], 3, baseModel: null).Find();

        Assert.Equal(Making.Linear, found.Making);
        Assert.Equal([1, 2], found.Parents.Select(parent => parent.Candidate));
        Assert.Equal(0.37, found.Parents[0].Coefficient, 1e-4);

        static double[] Single(double[] values) => Array.ConvertAll(values, value => (double)(float)value);
    }

    private static AuditedTensor Read(double[] model, double[][] candidates, DType dtype = DType.BF16)
    {
        var rounded = Array.ConvertAll(model, value => Rounding.Round(value, dtype));
        var sums = new VectorSums(candidates.Length);
        RunSums.Add(sums, candidates[0], [rounded.ToArray(), .. candidates.Skip(1).Select(candidate => candidate.ToArray())]);
        return new(Tensor(model.Length), sums, rounded.Sum(value => Rounding.SquareOf(value, dtype)), new double[candidates.Length]);
    }

    private static AnalyzedTensor Tensor(int elements) => new(
        new TensorJob
        {
            Name = "model.layers.0.mlp.up_proj.weight",
            DType = DType.BF16,
            Shape = [1, elements],
            Method = new Linear(),
            Parameters = ResolvedParameters.Empty,
            Inputs = [],
            Seed = 0,
            Digest = "",
        },
        ImmutableArray<int>.Empty,
        new(MergedKind.ByMethod))
    { Role = "up", Layer = 0 };
}
