using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging.Reading.Files;

/// <summary>A damaged model is refused by its name, its tensor and its element, whichever method reads it.</summary>
public sealed class NonFiniteInputTests : IDisposable
{
    private const int Length = 128;

    private readonly SmallModels models = new();

    public void Dispose() => models.Dispose();

    public static TheoryData<string, double> MethodsAndNumbers()
    {
        var data = new TheoryData<string, double>();
        foreach (var method in MethodCatalogue.Default.Names)
        {
            data.Add(method, double.NaN);
            data.Add(method, double.PositiveInfinity);
            data.Add(method, double.NegativeInfinity);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(MethodsAndNumbers))]
    public void Every_method_refuses_a_model_with_a_number_that_is_none(string name, double number)
    {
        var method = MethodCatalogue.Default.Find(name)!;
        var plan = Damaged(method, "w", number, 77);

        var refused = Assert.Throws<MergeOpsException>(() => models.Merge(plan));

        Assert.Equal(Codes.InputNotFinite, refused.Diagnostic.Code);
        Assert.Contains($"Tensor 'w' of ./{(method.MaxModels == 1 && method.BaseModel is BaseModelRule.Unused ? "a" : "b")} holds NaN or infinity at element 77", refused.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.False(Directory.Exists(models.Output));
    }

    [Theory]
    [InlineData(DType.BF16)]
    [InlineData(DType.F16)]
    [InlineData(DType.F32)]
    [InlineData(DType.F64)]
    public void A_copy_is_looked_at_like_anything_else(DType dtype)
    {
        var values = new double[Length];
        values[^1] = double.NaN;
        models.Model("a", ("w", dtype, [Length], SmallModels.Bytes(dtype, values)));

        var refused = Assert.Throws<MergeOpsException>(() => models.Merge(models.Plan([Copy("w", dtype)])));

        Assert.Contains("at element 127", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Infinity_in_a_mask_is_a_warning_and_the_mask_is_copied()
    {
        double[] mask = [0, double.NegativeInfinity, 0, 0];
        models.Model("a", ("h.0.attn.masked_bias", DType.F32, [4], SmallModels.Bytes(DType.F32, mask)));

        var merged = models.Merge(models.Plan([Copy("h.0.attn.masked_bias", DType.F32) with { Shape = [4] }]));

        Assert.Equal(Codes.InputNotFinite, merged.Notes.First().Code);
        Assert.Equal(Severity.Warning, merged.Notes.First().Severity);
        Assert.Equal([0, float.NegativeInfinity, 0, 0], models.MergedSingles("h.0.attn.masked_bias"));
    }

    [Fact]
    public void A_recipe_can_allow_them_tensor_by_tensor()
    {
        var plan = Damaged(MethodCatalogue.Default.Find("linear")!, "w", double.NaN, 3);
        var allowed = plan.Jobs[0] with { AllowsNonFinite = true };

        models.Merge(models.Plan([allowed]));

        Assert.True(float.IsNaN(models.MergedSingles("w")[3]));
        Assert.NotEqual(plan.Jobs[0].Digest, models.Plan([allowed]).Jobs[0].Digest);
    }

    private MergePlan Damaged(MergeMethod method, string tensor, double number, int element)
    {
        // the model that every method reads: the second one, or the only one
        var isAlone = method.MaxModels == 1 && method.BaseModel is BaseModelRule.Unused;
        foreach (var (name, seed) in new[] { ("a", 1), ("b", 2), ("c", 3) })
        {
            var bytes = SmallModels.Random(DType.F32, [Length], seed);
            if (name == (isAlone ? "a" : "b"))
            {
                MemoryMarshal.Cast<byte, float>(bytes.AsSpan())[element] = (float)number;
            }

            models.Model(name, (tensor, DType.F32, [Length], bytes));
        }

        var parameters = new Dictionary<string, double> { ["t"] = 0.5, ["density"] = 0.5, ["weight"] = 0.5, ["gamma"] = 0.01, ["epsilon"] = 0.1 };
        return models.Plan(
            method,
            parameters: parameters.Where(p => method.Parameters.Any(d => d.Name == p.Key && d.Scope == ParameterScope.Method)).ToDictionary(),
            each: parameters.Where(p => method.Parameters.Any(d => d.Name == p.Key && d.Scope == ParameterScope.Model)).ToDictionary());
    }

    private TensorJob Copy(string name, DType dtype) => new()
    {
        Name = name,
        DType = dtype,
        Shape = [Length],
        Parameters = ResolvedParameters.Empty,
        Inputs = [models.Input(0, name, ResolvedParameters.Empty)],
        Seed = 0,
        Digest = "",
    };
}
