using MergeOps.Runtime;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Runtime;

public sealed class TorchRuntimeTests
{
    public TorchRuntimeTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Torch_computes()
    {
        using var scope = torch.NewDisposeScope();
        var product = torch.tensor(new float[,] { { 1, 2 }, { 3, 4 } }).matmul(torch.tensor(new float[,] { { 5 }, { 6 } }));

        Assert.Equal([17f, 39f], product.data<float>().ToArray());
    }

    [Fact]
    public void Torch_converts_bfloat16_with_one_rounding_to_even()
    {
        using var scope = torch.NewDisposeScope();
        var halfway = torch.tensor(new[] { 1f + (1f / 256), 1f + (3f / 256) }).to(torch.bfloat16).to(torch.float32);

        Assert.Equal([1f, 1f + (4f / 256)], halfway.data<float>().ToArray());
    }

    [Fact]
    public void Torch_uses_one_thread() => Assert.Equal(1, torch.get_num_threads());

    [Fact]
    public void The_report_names_the_folder_that_was_loaded()
    {
        var report = TorchRuntime.Report();

        Assert.True(Directory.Exists(report.Folder));
        Assert.StartsWith("0.107", report.TorchSharpVersion, StringComparison.Ordinal);
        Assert.StartsWith("cpu", report.NumericClass, StringComparison.Ordinal);
    }
}
