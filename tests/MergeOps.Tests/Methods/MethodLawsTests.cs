using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators.Cpu;
using MergeOps.Methods.Operators.Torch;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

/// <summary>What holds for every merge method.</summary>
public sealed class MethodLawsTests : TensorTests
{
    /// <summary>Float32 sums in another order differ by this share of the largest magnitude.</summary>
    private const double ReorderingTolerance = 1e-6;

    /// <summary>Where an elementary function is rounded in another way, this share of the elements is the same.</summary>
    private const double DivergenceAgreement = 0.99;

    /// <summary>About that of real weights.</summary>
    private const double Scale = 0.05;

    public static TheoryData<string> Methods => [.. MethodCatalogue.Default.Names];

    public static TheoryData<string> Unordered =>
        [.. MethodCatalogue.Default.Methods.Where(method => !method.OrderMatters).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Identical_inputs_give_themselves_back(string name)
    {
        foreach (var (type, mantissaBits) in new[] { (torch.bfloat16, 7), (torch.float16, 10), (torch.float32, 23), (torch.float64, 52) })
        {
            var input = Normal(1).to(type);
            var merge = Example(name, _ => input);

            var merged = merge.Run().to(type).to(torch.float64);

            var expected = input.to(torch.float64);
            var unit = (expected.abs().log2().floor() - mantissaBits).exp2();
            Assert.True(((merged - expected).abs() <= unit).all().item<bool>(), $"{name} changes identical {type} inputs");
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Results_have_the_inputs_shape_and_no_gap(string name)
    {
        foreach (var shape in new long[][] { [12, 40], [40], [3, 4, 5], [1, 1], [7, 1], [] })
        {
            var merged = Example(name, seed => Normal(seed, shape) * Scale).Run();

            Assert.Equal(shape, merged.shape);
            Assert.Equal(torch.float32, merged.dtype);
            Assert.True(merged.isfinite().all().item<bool>(), $"{name} leaves gaps in [{string.Join(", ", shape)}]");
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Float64_inputs_are_merged_in_float64(string name) =>
        Assert.Equal(torch.float64, Example(name, seed => Normal(seed).to(torch.float64)).Run().dtype);

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_tiles_length_changes_no_bit(string name)
    {
        foreach (var (rows, columns, length) in new[] { (11, 13, 1), (20, 301, 333), (20, 301, 4096) })
        {
            var merge = Example(name, seed => Normal(seed, rows, columns) * Scale) with { TileLength = length };

            AssertSameBits((merge with { TileLength = rows * columns }).Run(), merge.Run(), $"{name} in tiles of {length}");
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_same_seed_gives_the_same_bits(string name)
    {
        var merge = Example(name, seed => Normal(seed)) with { Seed = 5 };

        AssertSameBits(merge.Run(), merge.Run(), name);
    }

    [Theory]
    [MemberData(nameof(Unordered))]
    public void The_models_order_is_irrelevant_unless_declared(string name)
    {
        var merge = Example(name, seed => Normal(seed));
        var reversed = merge with
        {
            Models = [.. merge.Models.Reverse()],
            ModelParameters = [.. merge.ModelParameters.Reverse()],
            Statistics = [.. merge.Statistics.Reverse()],
        };

        var (first, second) = (merge.Run(), reversed.Run());

        Assert.True(((first - second).abs().max() <= ReorderingTolerance * first.abs().max()).item<bool>());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Torch_and_the_cpu_give_the_same_result(string name)
    {
        var merge = Example(name, seed => Normal(seed, 20, 301) * Scale);

        var onCpu = (merge with { Operators = CpuOperators.All }).Run();
        var inTorch = (merge with { Operators = TorchOperators.All }).Run();

        if (!merge.Method.RoundsAlikeEverywhere)
        {
            Assert.True(onCpu.eq(inTorch).to(torch.float64).mean().item<double>() > DivergenceAgreement);
            return;
        }

        AssertSameBits(onCpu, inTorch, name);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_result_that_is_declared_equal_to_an_input_equals_it(string name)
    {
        foreach (var merge in Variants(Example(name, seed => Normal(seed))))
        {
            if (merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels) is { } input)
            {
                var expected = input < 0 ? merge.Base! : merge.Models[input];
                Assert.True(merge.Run().allclose(expected, rtol: 0, atol: ReorderingTolerance), $"{name} is not input {input}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void No_tensor_is_left_alive(string name)
    {
        var merge = Example(name, seed => Normal(seed));
        merge.Run().Dispose();
        var before = torch.Tensor.TotalCount;

        merge.Run().Dispose();

        // the collector may free tensors of other tests meanwhile
        Assert.True(torch.Tensor.TotalCount <= before, $"{torch.Tensor.TotalCount - before} tensors are left");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Declarations_are_complete(string name)
    {
        var method = MethodCatalogue.Default.Find(name)!;

        Assert.Matches("^[a-z0-9_]+$", method.Name);
        Assert.All([method.Title, method.Summary, .. method.Parameters.Select(parameter => parameter.Help)], text =>
        {
            Assert.NotEmpty(text);
            Assert.DoesNotMatch(@"\.$|\n", text);
        });
        Assert.InRange(method.MinModels, 1, method.MaxModels);
        Assert.Distinct(method.Parameters.Select(parameter => parameter.Name));
        Assert.All(method.Parameters, parameter => Assert.True(parameter.Default is null || !parameter.IsOptional));
    }

    /// <summary>A merge of as many models as the method takes, up to three, with a value for each required parameter.</summary>
    private static InMemoryMerge Example(string name, Func<ulong, torch.Tensor> tensor)
    {
        var method = MethodCatalogue.Default.Find(name)!;
        var count = Math.Clamp(3, method.MinModels, method.MaxModels);
        var merge = new InMemoryMerge(method)
        {
            Base = method.BaseModel == BaseModelRule.Unused ? null : tensor(0),
            Models = [.. Enumerable.Range(1, count).Select(i => tensor((ulong)i))],
        };
        foreach (var parameter in method.Parameters)
        {
            double? value = parameter.Name switch
            {
                "weight" => 0.6,
                "t" when parameter.IsRequired => 0.35,
                "density" => 0.5,
                "select_topk" => 0.5,
                _ => null,
            };
            if (value is { } number)
            {
                merge = parameter.Scope == ParameterScope.Method
                    ? merge.With(parameter.Name, number)
                    : merge.WithEach(parameter.Name, [.. Enumerable.Range(0, count).Select(i => number / (1 + (0.25 * i)))]);
            }
        }

        return merge with { Statistics = [.. Enumerable.Range(0, count).SelectMany(i => Measured(method, merge.Models[i], i))] };
    }

    // numbers that could have been measured: squares for a Fisher information, a Gram matrix of more tokens than inputs
    private static torch.Tensor[] Measured(MergeMethod method, torch.Tensor weight, int model) => method.ModelStatistic switch
    {
        StatisticKind.Fisher => [Normal((ulong)(100 + model), weight.shape).square()],
        StatisticKind.Gram or StatisticKind.MergedGram when weight.dim() == 2 => [Gram(Normal((ulong)(100 + model), (2 * weight.shape[1]) + 1, weight.shape[1]).to(torch.float64))],
        _ => [],
    };

    private static torch.Tensor Gram(torch.Tensor tokens) => tokens.t().matmul(tokens).div(tokens.shape[0]);

    /// <summary>Merges at the ends of their parameters' ranges.</summary>
    private static IEnumerable<InMemoryMerge> Variants(InMemoryMerge merge)
    {
        bool Has(string name, ParameterScope scope) => merge.Method.Parameters.Any(p => p.Name == name && p.Scope == scope);
        double[] Alone(int model) => [.. Enumerable.Range(0, merge.Models.Length).Select(i => i == model ? 1.0 : 0.0)];

        yield return merge;
        foreach (var name in new[] { "t", "lambda" }.Where(name => Has(name, ParameterScope.Method)))
        {
            foreach (var value in new[] { 0.0, 1.0 })
            {
                yield return merge.With(name, merge.Method.Parameters.Single(p => p.Name == name).Kind == ParameterKind.Numbers
                    ? ParameterValue.Of([.. Enumerable.Repeat(value, merge.Models.Length - 1)])
                    : ParameterValue.Of(value));
            }
        }

        if (Has("weight", ParameterScope.Model))
        {
            foreach (var model in Enumerable.Range(0, merge.Models.Length))
            {
                var alone = merge.WithEach("weight", Alone(model));
                yield return Has("density", ParameterScope.Model) ? alone.WithEach("density", [.. merge.Models.Select(_ => 1.0)]) : alone;
            }
        }
    }

    private static torch.Tensor Normal(ulong seed) => Normal(seed, 12, 40) * Scale;

    private static void AssertSameBits(torch.Tensor expected, torch.Tensor actual, string what) =>
        Assert.True(expected.eq(actual).all().item<bool>(), what + " gives other bits");
}
