using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Merging.Reading.Tiles;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators.Cpu;
using MergeOps.Tensors;
using MergeOps.Tests.Methods;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Merging.Reading.Tiles;

/// <summary>What a method sees of a tensor whose elements are their own indices.</summary>
public sealed class JobTilesTests : TensorTests
{
    private const int TileElements = 1 << 16;

    [Theory]
    [InlineData(1 << 20, 2)]
    [InlineData((1 << 20) + 777, 2)]
    [InlineData((1 << 23) + 1, 16)]
    [InlineData(1 << 24, 16)]
    public void A_sample_of_a_large_tensor_is_half_a_million_elements_or_a_sixteenth(int elements, int spacing)
    {
        var seen = Sample(elements, TileLayout.Elements);

        Assert.InRange(seen.Length, (elements / spacing) - 8192, elements / spacing);
    }

    [Fact]
    public void A_sample_shows_every_element_once_at_most_and_every_part_of_the_tensor()
    {
        const int Elements = 1 << 22;

        var seen = Sample(Elements, TileLayout.Elements);

        Assert.Equal(seen.Length, seen.Distinct().Count());
        Assert.Equal(64, seen.Select(index => (int)index / (Elements / 64)).Distinct().Count());
        Assert.Equal(8, seen.Select(index => (int)index % 4096 / 512).Distinct().Count());
    }

    [Theory]
    [InlineData(5000, TileLayout.Elements)]
    [InlineData(1 << 21, TileLayout.Rows)]
    public void A_sample_of_a_small_tensor_or_of_rows_is_all_of_it(int elements, TileLayout layout)
    {
        var seen = Sample(elements, layout);

        Assert.Equal(Enumerable.Range(0, elements).Select(index => (float)index), seen);
    }

    private static float[] Sample(int elements, TileLayout layout)
    {
        using var models = new SmallModels();
        float[] indices = [.. Enumerable.Range(0, elements).Select(index => (float)index)];
        models.Model("a", ("w", DType.F32, [elements, 1], MemoryMarshal.AsBytes(indices.AsSpan()).ToArray()));
        var plan = models.Plan(MethodCatalogue.Default.Find("linear")!, each: new() { ["weight"] = 1 });
        using var files = new InputFiles(plan);
        using var workspace = new Workspace(torch.CPU);
        using var memory = new MemoryGate(1 << 30, workers: 1);
        using var tiles = new JobTiles(plan.Jobs[0], layout, TileElements, files, workspace, new(torch.CPU, CpuOperators.All, memory, new(), TestContext.Current.CancellationToken));

        var seen = new List<float>();
        tiles.Sample(tile => seen.AddRange(tile.Models[0].view(-1).data<float>().ToArray()));
        return [.. seen];
    }
}
