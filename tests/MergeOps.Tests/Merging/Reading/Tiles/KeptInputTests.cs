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

/// <summary>How often the bytes of an input are read.</summary>
public sealed class KeptInputTests : TensorTests
{
    private const int Elements = (1 << 21) + 333;

    [Theory]
    [InlineData(1 << 26, false, true)]
    [InlineData(1 << 26, true, true)]
    [InlineData(1 << 22, false, false)]
    [InlineData(1 << 22, true, false)]
    public void What_a_method_looked_at_is_not_read_again_as_far_as_memory_allows(int memory, bool isSampled, bool isKept)
    {
        using var models = new SmallModels();
        models.Model("a", ("w", DType.F32, [Elements], Numbers(first: 0)));
        var plan = models.Plan(MethodCatalogue.Default.Find("linear")!, each: new() { ["weight"] = 1 });
        using var files = new InputFiles(plan);
        using var workspace = new Workspace(torch.CPU);
        using var gate = new MemoryGate(memory, workers: 1);
        using var tiles = new JobTiles(plan.Jobs[0], TileLayout.Elements, 1 << 16, files, workspace, new(torch.CPU, CpuOperators.All, gate, new(), TestContext.Current.CancellationToken));

        Action<Action<Tile>> look = isSampled ? tiles.Sample : tiles.Scan;
        look(_ => { });
        Overwrite(models.Folder["a/model.safetensors"], Numbers(first: 7));
        var seen = new List<float>();
        tiles.Fill(tile => seen.AddRange(tile.Models[0].data<float>().ToArray()));

        Assert.Equal(Enumerable.Range(isKept ? 0 : 7, Elements).Select(index => (float)index), seen);
    }

    private static byte[] Numbers(int first) =>
        MemoryMarshal.AsBytes(Enumerable.Range(first, Elements).Select(index => (float)index).ToArray().AsSpan()).ToArray();

    private static void Overwrite(string path, byte[] numbers)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, numbers, RandomAccess.GetLength(file) - numbers.Length);
    }
}
