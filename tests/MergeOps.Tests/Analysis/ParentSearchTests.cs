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

    /// <summary>Fine-tunes whose weights differ from the base's by so many units of bfloat16's last digit, as a rule.</summary>
    [Theory]
    [InlineData(0.5, true)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    [InlineData(4, true)]
    [InlineData(8, false)]
    public void Intervals_hold_the_true_coefficients_of_fine_tunes_a_few_last_digits_from_their_base(double units, bool hasBase)
    {
        const int Trials = 60;
        var (held, asked) = (0, 0);
        for (var trial = 0; trial < Trials; trial++)
        {
            var random = new Random(trial);
            var (first, second) = (0.1 + (0.8 * random.NextDouble()), 0.1 + (0.8 * random.NextDouble()));
            var tensors = Enumerable.Range(0, 4).Select(tensor =>
            {
                var origin = Rounded(AnalyzedModels.Sum(new double[3000], AnalyzedModels.Normal((1000 * trial) + tensor, 3000), 0.02));
                var (one, two) = (Near(1), Near(2));
                double[] merged = hasBase
                    ? [.. origin.Select((value, i) => value + (first * (one[i] - value)) + (second * (two[i] - value)))]
                    : [.. one.Select((value, i) => (first * value) + ((1 - first) * two[i]))];
                return Read(merged, [origin, one, two]);

                // a last digit of numbers about 0.02
                double[] Near(int seed) => Rounded(AnalyzedModels.Sum(origin, AnalyzedModels.Normal((1000 * trial) + (50 * seed) + tensor, 3000), units * Math.ScaleB(1, -13)));
            });

            var found = new ParentSearch([.. tensors], 3, baseModel: 0).Find();
            foreach (var (candidate, truth) in new[] { (1, first), (2, hasBase ? second : 1 - first) })
            {
                asked++;
                held += found.Parents.FirstOrDefault(parent => parent.Candidate == candidate) is { } parent && Math.Abs(parent.Coefficient - truth) <= 1.96 * parent.Error ? 1 : 0;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{held} of {asked}");
        Assert.InRange(held, 0.9 * asked, asked);

        static double[] Rounded(double[] values) => Array.ConvertAll(values, value => Rounding.Round(value, DType.BF16));
    }

    private static AuditedTensor Read(double[] model, double[][] candidates, DType dtype = DType.BF16)
    {
        var rounded = Array.ConvertAll(model, value => Rounding.Round(value, dtype));
        var sums = new VectorSums(candidates.Length);
        var entries = new AuditedEntries(model.Length, 256);
        entries.Add(candidates[0], [rounded, .. candidates.Skip(1)], value => Rounding.UnitOf(value, dtype));
        RunSums.Add(sums, candidates[0], [rounded.ToArray(), .. candidates.Skip(1).Select(candidate => candidate.ToArray())]);
        return new(Tensor(model.Length), sums, rounded.Sum(value => Rounding.SquareOf(value, dtype)), new double[candidates.Length], entries);
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
