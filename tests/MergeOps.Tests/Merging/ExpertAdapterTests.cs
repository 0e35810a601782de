using System.Globalization;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>
/// Adapters that change the experts of a mixture, whichever way the base stores them, against sums written out here.
/// </summary>
public sealed class ExpertAdapterTests : AdapterTests
{
    private const int Experts = 3, Hidden = 5, Inner = 2, Rank = 2;
    private const double Scale = 1.5;
    private const string Module = "model.layers.0.mlp.experts";
    private const string Settings = """{"peft_type": "LORA", "r": 2, "lora_alpha": 3""";

    private static readonly string[] Projections = ["gate_proj", "up_proj", "down_proj"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Factors_of_single_experts_change_each_of_them(bool isTogether)
    {
        WriteBase(isTogether);
        Write("lora", "adapter_model.safetensors", [.. from expert in Enumerable.Range(0, Experts) from projection in Projections from factor in FactorsOf($"{Module}.{expert}.{projection}", RowsOf(projection), ColumnsOf(projection), Rank, expert) select factor]);
        Models.File("lora", "adapter_config.json", Settings + "}");

        Merge(Passthrough("./base+./lora"), "out");

        RequireExperts(isTogether, (expert, projection, row, column) =>
            Enumerable.Range(0, Rank).Sum(k => At(B(expert), row, k, Rank) * At(A(expert), k, column, ColumnsOf(projection))));
    }

    // PEFT 0.19 takes the last axis of most parameters for the inputs, and older versions the middle one
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Factors_of_the_parameters_of_all_experts_change_each_of_them(bool isTogether, bool isTurned)
    {
        WriteBase(isTogether);
        Write("lora", "adapter_model.safetensors", [.. OfParameter(Module, 2 * Inner, Hidden, isTurned, seed: 0), .. OfParameter($"{Module}.base_layer", Hidden, Inner, isTurned, seed: 1)]);
        Models.File("lora", "adapter_config.json", $$"""{{Settings}}, "target_modules": [], "target_parameters": ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]}""");

        Merge(Passthrough("./base+./lora"), "out");

        RequireExperts(isTogether, (expert, projection, row, column) =>
        {
            var (seed, place) = projection == "down_proj" ? (1, row) : (0, projection == "up_proj" ? row + Inner : row);
            var (inputs, output, input) = isTurned ? (projection == "down_proj" ? Hidden : 2 * Inner, column, place) : (ColumnsOf(projection), place, column);
            return Enumerable.Range(0, Rank).Sum(k => At(B(seed), output, (k * Experts) + expert, Experts * Rank) * At(A(seed), (expert * Rank) + k, input, inputs));
        });
    }

    [Fact]
    public void Layers_that_an_adapter_leaves_alone_are_read_as_they_are_stored()
    {
        WriteBase(isTogether: true);
        Write("lora", "adapter_model.safetensors", FactorsOf($"{Module}.1.down_proj", Hidden, Inner, Rank, 1));
        Models.File("lora", "adapter_config.json", Settings + "}");
        var stored = Numbers(Path.Combine(Models.Path, "base"));

        Merge(Passthrough("./base+./lora"), "out");

        var merged = Numbers(Path.Combine(Models.Path, "out"));
        Assert.Equal(stored[$"{Module}.gate_up_proj"], merged[$"{Module}.gate_up_proj"]);
        Assert.Equal(stored[$"{Module}.down_proj"][..(Hidden * Inner)], merged[$"{Module}.down_proj"][..(Hidden * Inner)]);
        Assert.NotEqual(stored[$"{Module}.down_proj"], merged[$"{Module}.down_proj"]);
        Assert.Equal(stored["model.layers.1.mlp.experts.gate_up_proj"], merged["model.layers.1.mlp.experts.gate_up_proj"]);
    }

    // numbers without a pattern, the same on every machine
    private static double A(int seed, int index) => Math.Sin((index * 1.7) + seed + 0.3);

    private static double B(int seed, int index) => Math.Cos((index * 0.9) + (2 * seed) + 0.1);

    private static Func<int, double> A(int seed) => index => (float)A(seed, index);

    private static Func<int, double> B(int seed) => index => (float)B(seed, index);

    private static double At(Func<int, double> numbers, int row, int column, int columns) => numbers((row * columns) + column);

    private static double Weight(int expert, string projection, int row, int column) => (100 * Array.IndexOf(Projections, projection)) + (10 * expert) + row + (column / 8.0);

    private static int RowsOf(string projection) => projection == "down_proj" ? Hidden : Inner;

    private static int ColumnsOf(string projection) => projection == "down_proj" ? Inner : Hidden;

    private static (string Name, DType DType, long[] Shape, double[] Numbers)[] FactorsOf(string module, int rows, int columns, int rank, int seed) =>
    [
        ($"base_model.model.{module}.lora_A.weight", DType.F32, [rank, columns], [.. Enumerable.Range(0, rank * columns).Select(index => A(seed, index))]),
        ($"base_model.model.{module}.lora_B.weight", DType.F32, [rows, rank], [.. Enumerable.Range(0, rows * rank).Select(index => B(seed, index))]),
    ];

    private static (string Name, DType DType, long[] Shape, double[] Numbers)[] OfParameter(string module, int rows, int columns, bool isTurned, int seed) =>
        isTurned ? FactorsOf(module, columns, rows, Experts * Rank, seed) : FactorsOf(module, rows, columns, Experts * Rank, seed);

    private void WriteBase(bool isTogether)
    {
        var tensors = new List<(string, DType, long[], double[])>();
        foreach (var layer in new[] { 0, 1 })
        {
            var module = Module.Replace("0", layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            if (isTogether)
            {
                tensors.Add(($"{module}.gate_up_proj", DType.F32, [Experts, 2 * Inner, Hidden], [.. Enumerable.Range(0, Experts).SelectMany(expert => Matrix(expert, "gate_proj").Concat(Matrix(expert, "up_proj")))]));
                tensors.Add(($"{module}.down_proj", DType.F32, [Experts, Hidden, Inner], [.. Enumerable.Range(0, Experts).SelectMany(expert => Matrix(expert, "down_proj"))]));
                continue;
            }

            tensors.AddRange(
                from expert in Enumerable.Range(0, Experts)
                from projection in Projections
                select ($"{module}.{expert}.{projection}.weight", DType.F32, new long[] { RowsOf(projection), ColumnsOf(projection) }, Matrix(expert, projection).ToArray()));
        }

        Write("base", ModelFileNames.Weights, [.. tensors]);
        Models.File("base", "config.json", """{"model_type": "qwen3_moe"}""");
    }

    private static IEnumerable<double> Matrix(int expert, string projection) =>
        from row in Enumerable.Range(0, RowsOf(projection))
        from column in Enumerable.Range(0, ColumnsOf(projection))
        select Weight(expert, projection, row, column);

    private void RequireExperts(bool isTogether, Func<int, string, int, int, double> change)
    {
        var merged = Numbers(Path.Combine(Models.Path, "out"));
        foreach (var expert in Enumerable.Range(0, Experts))
        {
            foreach (var projection in Projections)
            {
                var (rows, columns) = (RowsOf(projection), ColumnsOf(projection));
                double[] expected = [.. from row in Enumerable.Range(0, rows) from column in Enumerable.Range(0, columns) select Weight(expert, projection, row, column) + (Scale * change(expert, projection, row, column))];
                var place = projection switch { "gate_proj" => 2 * expert, "up_proj" => (2 * expert) + 1, _ => expert };
                var found = isTogether
                    ? merged[projection == "down_proj" ? $"{Module}.down_proj" : $"{Module}.gate_up_proj"].AsSpan(place * rows * columns, rows * columns).ToArray()
                    : merged[$"{Module}.{expert}.{projection}.weight"];
                RequireNear(expected, found, $"expert {expert}, {projection}");
            }
        }
    }
}
