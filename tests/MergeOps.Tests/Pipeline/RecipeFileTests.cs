using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline;
using MergeOps.Tensors;
using MergeOps.Tests.Merging;
using Xunit;

namespace MergeOps.Tests.Pipeline;

/// <summary>The library as programs use it; a program from the package is in the tests of packages.</summary>
public sealed class RecipeFileTests : IDisposable
{
    private readonly SmallModels models = new();
    private readonly HostEnvironment environment;

    public RecipeFileTests()
    {
        environment = TestEnvironment.WithHome(models.Folder["home"]);
        models.Model("a", ("w", DType.F32, [2, 2], SmallModels.Bytes(DType.F32, 1, -2, 3, 0.5)), ("i", DType.I64, [1], new byte[8]));
    }

    public void Dispose() => models.Dispose();

    [Fact]
    public async Task A_callers_own_method_is_planned_and_merged_with()
    {
        var plan = Read("merge_method: magnify\nmodels: [{ model: ./a }]\nparameters: { factor: 2.5 }\n", MethodCatalogue.Default.With(new Magnify())).Plan();

        Assert.Empty(plan.Findings);
        Assert.Equal([("i", null), ("w", "magnify")], plan.Tensors.Select(tensor => (tensor.Name, tensor.Method)));
        Assert.Equal((24, 24), (plan.BytesToRead, plan.BytesToWrite));
        var shares = new List<double>();
        var merged = await plan.MergeAsync(models.Output, new() { Threads = 1 }, new Heard(shares), TestContext.Current.CancellationToken);
        var again = await plan.MergeAsync(models.Output, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal((plan.Digest, false, true), (merged.PlanDigest, merged.WasThere, again.WasThere));
        Assert.Equal(merged.ModelDigest, again.ModelDigest);
        Assert.Equal(SmallModels.Bytes(DType.F32, 2.5, -5, 7.5, 1.25), models.Merged("w"));
        Assert.Equal(1, shares[^1]);
    }

    [Fact]
    public void Mistakes_of_a_recipe_are_all_there_and_it_cannot_be_planned()
    {
        var recipe = Read("merge_method: magnify\nmodel: [{ model: ./a }]\n");

        Assert.True(recipe.HasErrors);
        Assert.Equal([1, 2], recipe.Findings.Where(finding => finding.Severity is Severity.Error).Select(finding => finding.Span!.Value.Line).Distinct());
        Assert.Throws<InvalidOperationException>(recipe.Plan);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_mistake_too() =>
        Assert.Equal("MOPS101", Assert.Single(RecipeFile.Read(environment, models.Folder["absent.yml"], null).Findings).Code.Id);

    [Fact]
    public void A_plan_with_mistakes_has_findings_and_nothing_else()
    {
        models.Model("b", 1, ("w", DType.F32, [3, 2]));
        var plan = Read("merge_method: linear\nmodels: [{ model: ./a, parameters: { weight: 1 } }, { model: ./b, parameters: { weight: 1 } }]\n").Plan();

        Assert.True(plan.HasErrors);
        Assert.Contains(plan.Findings, finding => finding.Severity is Severity.Error);
        Assert.Throws<InvalidOperationException>(() => plan.Digest);
    }

    [Fact]
    public async Task An_evaluation_has_the_figures_of_the_merged_model_and_the_verdict()
    {
        var plan = Read("merge_method: passthrough\nmodels: [{ model: ./a }]\n").Plan();
        var merged = await plan.MergeAsync(models.Output, cancellation: TestContext.Current.CancellationToken);

        var evaluation = await plan.EvaluateAsync(merged.Folder, cancellation: TestContext.Current.CancellationToken);

        Assert.True(evaluation.Passed);
        Assert.Empty(evaluation.Figures);
        Assert.StartsWith("{", evaluation.Json, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_methods_of_one_name_are_refused() =>
        Assert.Contains("linear", Assert.Throws<ArgumentException>(() => MethodCatalogue.Default.With(MethodCatalogue.Default.Find("linear")!)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Settings_that_no_merge_can_have_are_refused()
    {
        var plan = Read("merge_method: passthrough\nmodels: [{ model: ./a }]\n").Plan();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => plan.MergeAsync(models.Output, new() { Threads = 0 }, cancellation: TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => plan.MergeAsync(models.Output, new() { MaxMemory = 1 }, cancellation: TestContext.Current.CancellationToken));
    }

    private RecipeFile Read(string yaml, MethodCatalogue? methods = null) =>
        RecipeFile.Read(environment, models.Folder.Write("recipe.yml", System.Text.Encoding.UTF8.GetBytes(yaml)), methods);

    private sealed class Heard(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }

    private sealed class Magnify : MergeMethod
    {
        private static readonly NumberParameter Factor = new("factor", ParameterScope.Method, null, "Multiplies the tensor");

        public override string Name => "magnify";

        public override string Title => "Magnify";

        public override string Summary => "One model's tensors, larger";

        public override int Version => 1;

        public override Uri? Reference => null;

        public override BaseModelRule BaseModel => BaseModelRule.Unused;

        public override int MinModels => 1;

        public override int MaxModels => 1;

        public override ImmutableArray<ParameterDeclaration> Parameters => [Factor];

        public override TileFunction Prepare(ITensorInputs inputs)
        {
            var factor = Factor.Of(inputs.Parameters);
            return tile => tile.Output.copy_(tile.Models[0]).mul_(factor);
        }
    }
}
