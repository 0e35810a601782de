using System.Text.Json;
using Xunit;

namespace MergeOps.Tests.Analysis.Spectra;

/// <summary>Decompositions, held against NumPy's <c>linalg.svd</c> in float64 on the same matrices (numpy 2.4.6).</summary>
public sealed class TensorSpectraTests : IDisposable
{
    private const int Rows = 6;
    private const int Columns = 9;
    private const string Recipe = """
        merge_method: task_arithmetic
        base_model: ./base
        models:
          - {model: ./one, parameters: {weight: 0.5}}
          - {model: ./two, parameters: {weight: 0.25}}
        """;

    private readonly AnalyzedModels models = new();

    public void Dispose() => models.Dispose();

    [Fact]
    public void Every_figure_is_that_of_singular_value_decompositions()
    {
        Write(Waves(1, 2, 3), Waves(2, 5, 7), Waves(4, 1, 2), common: 0.25f);

        var result = models.Json(Recipe, "--subspaces", "2");

        Assert.Equal([5.872056534526026, 5.292197328323209, 5.843884975653105], OfModels(result, "effective_rank"), Near);
        Assert.Equal([3.7969584273513712, 3.3321328251968736, 3.491412898076659], OfModels(result, "stable_rank"), Near);
        Assert.Equal([0.7055578839282419, 0.6910563326686117], OfModels(result, "alignment")[..2], Near);
        var pair = result.GetProperty("pairs")[0];
        Assert.Equal(0.5619467471392756, Number(pair.GetProperty("total"), "overlap_left"), 1e-5);
        Assert.Equal(0.33533521190770615, Number(pair.GetProperty("total"), "overlap_right"), 1e-5);
        Assert.Equal([29.4522664782353, 52.7928253439242], pair.GetProperty("tensors")[0].GetProperty("angles").EnumerateArray().Select(angle => angle.GetDouble()), Near);
        Assert.Equal(2.2240992555995422, Number(result.GetProperty("interference"), "total"), 1e-5);
    }

    [Fact]
    public void Matrices_of_different_rows_and_columns_have_nothing_in_common()
    {
        // e₀e₀ᵀ and e₁e₁ᵀ: of rank 1, orthogonal on both sides, so that nothing interferes
        Write(Waves(1, 2, 3), Unit(0), Unit(1), common: 0);

        var result = models.Json(Recipe, "--subspaces", "4");

        Assert.Equal(0, Number(result.GetProperty("pairs")[0].GetProperty("total"), "overlap_left"), 1e-9);
        Assert.Equal([90], result.GetProperty("pairs")[0].GetProperty("tensors")[0].GetProperty("angles").EnumerateArray().Select(angle => angle.GetDouble()), Near);
        Assert.Equal(0, Number(result.GetProperty("interference"), "total"), 1e-9);
        Assert.Equal([1, 1], OfModels(result, "effective_rank")[..2], Near);
    }

    [Fact]
    public void What_it_costs_is_said_before_it_begins()
    {
        Write(Waves(1, 2, 3), Waves(2, 5, 7), Waves(4, 1, 2), common: 0);

        Assert.Contains("1 matrices are decomposed, 3 times each: about 0 GFLOP", models.Run(Recipe, "--subspaces", "2").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sample_has_no_whole_matrices()
    {
        Write(Waves(1, 2, 3), Waves(2, 5, 7), Waves(4, 1, 2), common: 0);

        var run = models.Run(Recipe, "--subspaces", "2", "--sample", "5%");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("whole matrices", run.Error, StringComparison.Ordinal);
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-4 * Math.Max(1, Math.Abs(a));

    private void Write(float[] origin, float[] first, float[] second, float common)
    {
        var one = origin.Zip(first, (x, y) => x + (0.5f * y)).ToArray();
        var two = origin.Zip(second, (x, y) => x + (0.25f * y)).Zip(first, (x, y) => x + (common * y)).ToArray();
        foreach (var (name, values) in new[] { ("base", origin), ("one", one), ("two", two) })
        {
            models.Model(name, ("model.layers.0.mlp.up_proj.weight", [Rows, Columns], [.. values.Select(value => (double)value)]));
        }
    }

    private static float[] Waves(double a, double b, double c) =>
        [.. Enumerable.Range(0, Rows * Columns).Select(k => (float)Math.Sin(a + (b * (k / Columns)) + (c * (k % Columns)) + (k / Columns * (k % Columns))))];

    private static float[] Unit(int place) => [.. Enumerable.Range(0, Rows * Columns).Select(k => k == (place * Columns) + place ? 1f : 0f)];

    private static double[] OfModels(JsonElement result, string figure) =>
        [.. result.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("total").GetProperty(figure) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : double.NaN)];

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
