using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Sources.Statistics;

public sealed class StatisticsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back_with_the_norm_of_all_numbers()
    {
        var description = new StatisticsDescription(StatisticKind.Fisher, "org/model@main", "ab12")
        {
            Variant = "sampled",
            DataDigest = "d",
            TokenizerDigest = "t",
            Items = 7,
            Tokens = 900,
            Seed = 3,
            Tool = "mergeops 1.0",
            WeightTokens = ImmutableSortedDictionary<string, long>.Empty.Add("b", 12),
        };

        Write("m.fisher.safetensors", description, ("b", [2, 2], [0, 0, 0, 4]), ("a", [1], [3]));

        var read = StatisticsFile.Read(folder["m.fisher.safetensors"]);
        Assert.Equal(description with { Norm = 5, Digest = read.Description.Digest, WeightTokens = read.Description.WeightTokens, Inputs = read.Description.Inputs }, read.Description);
        Assert.Equal(["a", "b"], read.Checkpoint.Tensors.Keys);
        Assert.Equal([2, 2], read.Find("b")!.Shape);
        Assert.Equal((12, 900), (read.TokensOf("b"), read.TokensOf("a")));
        Assert.Null(read.Find("c"));
    }

    [Fact]
    public void Its_digest_is_that_of_header_and_numbers_and_tells_a_bit_that_changed_in_either()
    {
        var description = new StatisticsDescription(StatisticKind.Fisher, "m", "ab12") { Items = 3 };
        Write("m.fisher.safetensors", description, ("b", [3], [1, 2, 3]), ("a", [1], [3]));
        var path = folder["m.fisher.safetensors"];
        var bytes = File.ReadAllBytes(path);

        Assert.True(StatisticsContent.Require(path, "m", TestContext.Current.CancellationToken));
        var header = System.Text.Encoding.UTF8.GetString(bytes);
        foreach (var place in new[] { bytes.Length - 1, bytes.Length - 14, header.IndexOf("\"items\":\"3", StringComparison.Ordinal) + 9, header.IndexOf("\"digest\":\"", StringComparison.Ordinal) + 12 })
        {
            byte[] changed = [.. bytes];
            changed[place] ^= 1;
            File.WriteAllBytes(path, changed);

            var refusal = Assert.Throws<MergeOpsException>(() => StatisticsContent.Require(path, "m", TestContext.Current.CancellationToken)).Diagnostic;
            Assert.Equal("MOPS270", refusal.Code.Id);
            Assert.Contains("it was damaged or changed since it was measured", refusal.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_same_numbers_give_the_same_bytes_in_whatever_order_they_are_written()
    {
        var description = new StatisticsDescription(StatisticKind.Fisher, "m", "ab12");

        Write("one", description, ("b", [3], [1, 2, 3]), ("a", [1], [3]));
        Write("two", description, ("a", [1], [3]), ("b", [3], [1, 2, 3]));

        Assert.Equal(File.ReadAllBytes(folder["one"]), File.ReadAllBytes(folder["two"]));
    }

    [Fact]
    public void Weights_with_one_input_share_a_Gram()
    {
        var description = new StatisticsDescription(StatisticKind.Gram, "m", "ab12") { Inputs = ImmutableSortedDictionary<string, string>.Empty.Add("k", "q").Add("v", "q") };
        using (var writer = StatisticsFile.Write(folder["gram"], description, [new("q", DType.F64, [2, 2])]))
        {
            writer.Write("q", 0, MemoryMarshal.AsBytes<double>([1, 0, 0, 1]));
            writer.Complete();
        }

        var read = StatisticsFile.Read(folder["gram"]);

        Assert.Equal("q", read.Find("v")!.Name);
        Assert.Null(read.Description.Norm);
    }

    [Fact]
    public void A_file_of_another_program_is_read()
    {
        folder.Write("f", StatisticsFiles.Bytes(StatisticsFiles.Fisher("m", "ab12", 2), ("w", [2], new float[] { 0, 2 })));

        Assert.Equal(2, StatisticsFile.Read(folder["f"]).Description.Norm);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1f)]
    public void A_Fisher_that_cannot_be_one_is_not_written_and_nothing_is_left(float number)
    {
        var refusal = Assert.Throws<MergeOpsException>(() => Write("bad", new(StatisticKind.Fisher, "m", "ab12"), ("a", [2], [1, number])));

        Assert.Equal("MOPS274", refusal.Diagnostic.Code.Id);
        Assert.Contains(number.ToString(CultureInfo.InvariantCulture), refusal.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("format", "pt", "does not say 'format: mergeops-statistics'")]
    [InlineData("version", "2", "It has version 2; this program reads version 1. Update MergeOps.")]
    [InlineData("version", "-1", "not a whole number")]
    [InlineData("kind", "hessian", "none of fisher, gram, gradient, activation, gates")]
    [InlineData("model_digest", null, "has no 'model_digest'")]
    [InlineData("items", "many", "not a whole number")]
    [InlineData("norm", "NaN", "not a number of at least 0")]
    [InlineData("norm", null, "has no 'norm'")]
    [InlineData("inputs", "[1]", "not a JSON object")]
    [InlineData("inputs", "{\"k\": 1}", "not a JSON object")]
    [InlineData("inputs", "{\"k\": \"q\"}", "has the statistic of 'q', which it does not hold")]
    [InlineData("weight_tokens", "{\"k\": -1}", "not a JSON object")]
    [InlineData("weight_tokens", "{\"k\": 1, \"k\": 2}", "not a JSON object")]
    public void A_header_that_says_something_else_is_refused(string key, string? value, string words)
    {
        var pairs = StatisticsFiles.Fisher("m", "ab12", 2);
        pairs.Remove(key);
        if (value is not null)
        {
            pairs[key] = value;
        }

        folder.Write("f", StatisticsFiles.Bytes(pairs, ("w", [2], new float[] { 0, 2 })));

        var refusal = Assert.Throws<MergeOpsException>(() => StatisticsFile.Read(folder["f"]));
        Assert.Equal("MOPS270", refusal.Diagnostic.Code.Id);
        Assert.Contains(words, refusal.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Grams_are_square_and_of_float64()
    {
        folder.Write("flat", StatisticsFiles.Bytes(StatisticsFiles.Pairs("gram", "m", "ab12"), ("w", [2], new double[] { 0, 2 })));
        folder.Write("short", StatisticsFiles.Bytes(StatisticsFiles.Pairs("gram", "m", "ab12"), ("w", [1, 1], new float[] { 2 })));

        Assert.Contains("as many rows as columns", Assert.Throws<MergeOpsException>(() => StatisticsFile.Read(folder["flat"])).Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Contains("is F32, but should be F64", Assert.Throws<MergeOpsException>(() => StatisticsFile.Read(folder["short"])).Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_digest_of_weights_depends_on_files_and_on_the_order_of_adapters()
    {
        KeyValuePair<string, BlobDigest>[] model = [Pinned("a", '1'), Pinned("b", '2')], one = [Pinned("x", '3')], other = [Pinned("x", '4')];

        Assert.Equal(MeasuredWeights.DigestOf([model]), MeasuredWeights.DigestOf([model.Reverse()]));
        Assert.NotEqual(MeasuredWeights.DigestOf([model, one, other]), MeasuredWeights.DigestOf([model, other, one]));
        Assert.Matches("^[0-9a-f]{64}$", MeasuredWeights.DigestOf([model]));

        static KeyValuePair<string, BlobDigest> Pinned(string name, char digit) => new(name, new(DigestKind.Sha256, new string(digit, 64)));
    }

    private void Write(string name, StatisticsDescription description, params (string Name, long[] Shape, float[] Numbers)[] tensors)
    {
        using var writer = StatisticsFile.Write(folder[name], description, tensors.Select(tensor => new OutputTensor(tensor.Name, DType.F32, [.. tensor.Shape])));
        foreach (var (tensor, _, numbers) in tensors)
        {
            writer.Write(tensor, 0, MemoryMarshal.AsBytes(numbers.AsSpan()));
        }

        writer.Complete();
    }
}
