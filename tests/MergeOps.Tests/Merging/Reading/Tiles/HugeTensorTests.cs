using System.Globalization;
using System.Text;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Merging.Reading.Tiles;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators.Cpu;
using MergeOps.Tests.Methods;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Merging.Reading.Tiles;

/// <summary>A tensor with more elements than a 32-bit number counts, of which all but a few bytes are holes.</summary>
public sealed class HugeTensorTests : TensorTests
{
    private const long Width = 1024;
    private const long Rows = ((1L << 31) / Width) + 3;

    [Fact]
    public void It_is_planned_and_its_last_tile_is_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs files with holes");
        using var models = new SmallModels();
        Write(models.Folder["a/model.safetensors"]);
        var plan = models.Open("a").Plan(MethodCatalogue.Default.Find("linear")!, each: new() { ["weight"] = 1 });
        using var files = new InputFiles(plan);
        using var workspace = new Workspace(torch.CPU);
        using var memory = new MemoryGate(1 << 30, workers: 1);
        using var tiles = new JobTiles(plan.Jobs[0], TileLayout.Elements, 1 << 12, files, workspace, new(torch.CPU, CpuOperators.All, memory, new(), TestContext.Current.CancellationToken));

        Assert.Equal(Rows * Width, plan.Jobs[0].ElementCount);
        Assert.Equal(Rows * Width, TileRange.Cut(plan.Jobs[0], TileLayout.Elements, 1 << 28).Sum(range => range.Length));
        float[] last = [];
        tiles.FillOne(new TileRange((Rows * Width) - 4, 4, [4]), tile => last = tile.Models[0].data<float>().ToArray());
        Assert.Equal([0f, 0f, 1f, -2f], last);
    }

    // bfloat16: 1 is 0x3F80, and -2 is 0xC000
    private static void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var header = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $$$"""{"w":{"dtype":"BF16","shape":[{{{Rows}}},{{{Width}}}],"data_offsets":[0,{{{Rows * Width * 2}}}]} }"""));
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(header);
        file.SetLength(8 + header.Length + (Rows * Width * 2));
        file.Seek(-4, SeekOrigin.End);
        file.Write([0x80, 0x3F, 0x00, 0xC0]);
    }
}
