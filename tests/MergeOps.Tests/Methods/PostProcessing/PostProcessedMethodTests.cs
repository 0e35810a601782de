using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.PostProcessing;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods.PostProcessing;

public sealed class PostProcessedMethodTests : TensorTests
{
    [Fact]
    public void What_a_merge_adds_to_the_base_is_changed_once_more()
    {
        var (origin, model) = (Normal(1), Normal(2));

        var merged = Run(origin, [model], "task_arithmetic", new Scaled(3, TileLayout.Elements));

        AssertClose(origin + (3 * (model - origin)), merged);
    }

    [Theory]
    [InlineData(TileLayout.Elements)]
    [InlineData(TileLayout.Rows)]
    [InlineData(TileLayout.Whole)]
    public void Each_sees_the_pieces_that_it_wants(TileLayout layout)
    {
        var (origin, models) = (Normal(1, 30, 70), new[] { Normal(2, 30, 70), Normal(3, 30, 70) });
        var plain = Merge("ties", origin, models).With("normalize", true).WithEach("density", 0.4, 0.4).Run();
        var step = new Scaled(0.5, layout);

        var merged = Run(origin, models, "ties", step);

        AssertClose(origin + (0.5 * (plain - origin)), merged);
        Assert.All(step.Shapes, shape => Assert.Equal(layout switch { TileLayout.Elements => 1, _ => 2 }, shape.Length));
        Assert.True(layout != TileLayout.Whole || step.Shapes.TrueForAll(shape => shape is [30, 70]));
    }

    [Fact]
    public void They_are_applied_in_their_order()
    {
        var (origin, model) = (Normal(1), Normal(2));

        var merged = Run(origin, [model], "task_arithmetic", new Clipped(0.5), new Scaled(4, TileLayout.Rows));
        var turned = Run(origin, [model], "task_arithmetic", new Scaled(4, TileLayout.Rows), new Clipped(0.5));

        AssertClose(origin + (4 * (model - origin).clamp(-0.5, 0.5)), merged);
        AssertClose(origin + (4 * (model - origin)).clamp(-0.5, 0.5), turned);
    }

    [Fact]
    public void One_that_looks_at_the_merged_tensor_sees_it_as_it_is_before_it()
    {
        var (origin, models) = (Normal(1, 40, 60), new[] { Normal(2, 40, 60), Normal(3, 40, 60) });
        var plain = Merge("ties", origin, models).WithEach("density", 0.3, 0.6).Run();

        var merged = Run(origin, models, "ties", new Unit());

        var change = plain - origin;
        AssertClose(origin + (change / change.norm()), merged);
    }

    [Fact]
    public void One_that_has_nothing_to_do_leaves_the_bytes_as_they_are()
    {
        var (origin, model) = (Normal(1), Normal(2));

        AssertEqual(Run(origin, [model], "ties"), Run(origin, [model], "ties", new Idle()));
    }

    private static torch.Tensor Run(torch.Tensor origin, torch.Tensor[] models, string method, params PostProcessor[] processors)
    {
        var merge = Merge(method, origin, models);
        merge = method == "ties" ? merge.WithEach("density", [.. models.Select(_ => 0.4)]) : merge;
        ImmutableArray<PostStep> steps = [.. processors.Select(processor => new PostStep(processor, ResolvedParameters.Empty, 0))];
        if (processors is [Unit])
        {
            merge = merge.WithEach("density", 0.3, 0.6);
        }

        return (steps.IsEmpty ? merge : merge with { Method = new PostProcessedMethod(merge.Method, steps) }).Run();
    }

    private static InMemoryMerge Merge(string method, torch.Tensor origin, torch.Tensor[] models) =>
        new InMemoryMerge(method) { Base = origin, Models = [.. models] }.WithEach("weight", [.. models.Select(_ => 1.0)]);

    private static void AssertClose(torch.Tensor expected, torch.Tensor actual) =>
        Assert.True(torch.allclose(expected, actual, rtol: 1e-5, atol: 1e-6), $"off by {(expected - actual).abs().max().item<float>()}");

    private abstract class Step : PostProcessor
    {
        public override string Name => "step";

        public override string Title => "Step";

        public override string Summary => "Of a test";

        public override int Version => 1;

        public override Uri? Reference => null;
    }

    private sealed class Scaled(double factor, TileLayout layout) : Step
    {
        public List<long[]> Shapes { get; } = [];

        public override TileLayout LayoutFor(ResolvedParameters parameters) => layout;

        public override TileFunction Prepare(IMergedInputs inputs) => tile =>
        {
            Shapes.Add(tile.Output.shape);
            tile.Output.sub_(tile.Base).mul_(factor).add_(tile.Base);
        };
    }

    private sealed class Clipped(double most) : Step
    {
        public override TileFunction Prepare(IMergedInputs inputs) => tile => tile.Output.sub_(tile.Base).clamp_(-most, most).add_(tile.Base);
    }

    private sealed class Unit : Step
    {
        public override TileFunction Prepare(IMergedInputs inputs)
        {
            var squares = 0d;
            inputs.ScanMerged(tile => squares += (tile.Output - tile.Base).to(torch.float64).square().sum().item<double>());
            return tile => tile.Output.sub_(tile.Base).div_(Math.Sqrt(squares)).add_(tile.Base);
        }
    }

    private sealed class Idle : Step
    {
        public override TileFunction? Prepare(IMergedInputs inputs) => null;
    }
}
