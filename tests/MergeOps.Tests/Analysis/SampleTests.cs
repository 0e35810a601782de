using System.Text.Json;
using MergeOps.Analysis;
using MergeOps.Analysis.Audits;
using MergeOps.Analysis.Figures;
using MergeOps.Analysis.Sums;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Analysis;

/// <summary>Estimates from a sample of the weights.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly AnalyzedModels models = new();

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData("cosine", false)]
    [InlineData("sign_conflict", false)]
    [InlineData("l2_distance", false)]
    [InlineData("cosine", true)]
    [InlineData("sign_conflict", true)]
    [InlineData("sign_conflict_weighted", true)]
    [InlineData("l2_distance", true)]
    public void The_interval_of_a_sample_covers_the_full_value_in_nine_of_ten_trials(string name, bool isBfloat16)
    {
        // neighbors are alike, as the entries of a row are, and a few rows moved far
        const int Rows = 400, Columns = 256, Trials = 200;
        var random = new Random(5);
        var (one, two) = (new double[Rows * Columns], new double[Rows * Columns]);
        for (var row = 0; row < Rows; row++)
        {
            var (scale, lean) = (random.Next(20) == 0 ? 8 : 1, random.NextDouble() - 0.3);
            for (var column = 0; column < Columns; column++)
            {
                var common = random.NextDouble() - 0.5;
                one[(row * Columns) + column] = scale * (random.NextDouble() - 0.5 + (lean * common));
                two[(row * Columns) + column] = scale * (random.NextDouble() - 0.5 + common);
            }
        }

        if (isBfloat16)
        {
            // the models' steps are near the last digit of their weights: most entries do not move, the others by a few sizes
            var origin = AnalyzedModels.Normal(9, one.Length, deviation: 100);
            (one, two) = (Stored(origin, one), Stored(origin, two));
        }

        var figure = PairFigure.All.Single(known => known.Name == name);
        var full = figure.Of(Sums(one, two, [(0, one.Length)]), 0, 1)!.Value;

        var covered = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var runs = new Sampling(0.02, (ulong)trial).RunsOf("w", one.Length).ToList();
            Assert.InRange(runs.Sum(run => run.Length) / (double)one.Length, 0.015, 0.025);
            var groups = Enumerable.Range(0, SampledSums.GroupCount).Select(group => Sums(one, two, [.. runs.Where((_, i) => i % SampledSums.GroupCount == group)])).ToArray();
            var interval = SampledSums.Estimate(groups, one.Length / (double)runs.Sum(run => run.Length), 2).IntervalOf(sums => figure.Of(sums, 0, 1))!.Value;
            covered += interval.Lower <= full && full <= interval.Upper ? 1 : 0;
        }

        Assert.InRange(covered / (double)Trials, 0.9, 1);
    }

    [Fact]
    public void A_sample_gives_intervals_and_leaves_out_what_needs_whole_tensors()
    {
        foreach (var (seed, model) in new[] { "base", "one", "two" }.Index())
        {
            models.Model(model, ("large.weight", [400, 300], AnalyzedModels.Normal(seed, 120_000)), ("small", [9], AnalyzedModels.Normal(seed, 9)));
        }

        const string Recipe = """
            merge_method: ties
            base_model: ./base
            models:
              - {model: ./one, parameters: {weight: 0.5, density: 0.5}}
              - {model: ./two, parameters: {weight: 0.5, density: 0.5}}
            """;
        var sampled = models.Json(Recipe, "--sample", "5%");
        var full = models.Json(Recipe).GetProperty("pairs")[0].GetProperty("total").GetProperty("cosine").GetDouble();

        var pair = Assert.Single(sampled.GetProperty("pairs").EnumerateArray());
        var ends = pair.GetProperty("total").GetProperty("intervals").GetProperty("cosine");
        Assert.InRange(full, ends[0].GetDouble(), ends[1].GetDouble());
        Assert.Equal(JsonValueKind.Null, pair.GetProperty("total").GetProperty("jaccard").ValueKind);
        Assert.Equal(0.05, sampled.GetProperty("sample").GetDouble());

        // a small tensor is read whole
        Assert.False(pair.GetProperty("tensors").EnumerateArray().Single(tensor => tensor.GetProperty("tensor").GetString() == "small").TryGetProperty("intervals", out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_sample_of_a_whole_model_stays_within_its_share_though_small_tensors_are_read_whole(bool isRemote)
    {
        // the tensors of all-MiniLM-L6-v2
        (string, long)[] tensors =
        [
            ("embeddings.word", 30_522 * 384), ("embeddings.position", 512 * 384), ("embeddings.type", 2 * 384), ("embeddings.norm.weight", 384), ("embeddings.norm.bias", 384),
            .. Enumerable.Range(0, 6).SelectMany(layer => new[]
            {
                ("q", 384L * 384), ("k", 384 * 384), ("v", 384 * 384), ("o", 384 * 384), ("up", 1536 * 384), ("down", 1536 * 384), ("up.bias", 1536),
                ("q.bias", 384), ("k.bias", 384), ("v.bias", 384), ("o.bias", 384), ("down.bias", 384), ("norm1.weight", 384), ("norm1.bias", 384), ("norm2.weight", 384), ("norm2.bias", 384),
            }.Select(tensor => ($"layer.{layer}.{tensor.Item1}", tensor.Item2))),
            ("pooler", 384 * 384), ("pooler.bias", 384),
        ];
        var sampling = new Sampling(0.02, 0).Within([.. tensors.Select(tensor => tensor.Item2)]);

        var read = tensors.Sum(tensor => (isRemote ? sampling.OverNetwork() : sampling).RunsOf(tensor.Item1, tensor.Item2).Sum(run => (long)run.Length));

        Assert.InRange(read / (double)tensors.Sum(tensor => tensor.Item2), 0.018, 0.02);
        Assert.Equal(0.02, sampling.Share);
    }

    [Fact]
    public void Runs_of_a_sample_do_not_overlap_and_stay_within_the_tensor()
    {
        foreach (var elements in new long[] { 1, 16_384, 16_385, 100_003, 5_000_000_000 })
        {
            var end = 0L;
            foreach (var (start, length) in new Sampling(0.02, 3).RunsOf("w", elements))
            {
                Assert.InRange(start, end, elements - length);
                end = start + length;
            }
        }
    }

    private static double[] Stored(double[] origin, double[] vector) =>
        [.. origin.Zip(vector, (weight, step) => Rounding.Round(weight + step, DType.BF16) - Rounding.Round(weight, DType.BF16))];

    private static VectorSums Sums(double[] one, double[] two, IEnumerable<(long Start, int Length)> runs)
    {
        var sums = new VectorSums(2);
        foreach (var (start, length) in runs)
        {
            RunSums.Add(sums, [], [one.AsSpan((int)start, length).ToArray(), two.AsSpan((int)start, length).ToArray()]);
        }

        return sums;
    }
}
