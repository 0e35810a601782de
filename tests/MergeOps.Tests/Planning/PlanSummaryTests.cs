using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Tensors;
using MergeOps.Tests.Merging;
using Xunit;

namespace MergeOps.Tests.Planning;

public sealed class PlanSummaryTests : IDisposable
{
    private readonly SmallModels models = new();

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData(100, "Disk:   400 B for the output; 100 B in all with --stream, most of it twice the largest file\n")]
    [InlineData(400, "Disk:   400 B for the output\n")]
    public void Streaming_is_spoken_of_where_it_takes_less_disk_than_the_output(long streamed, string line)
    {
        models.Model("a", 1, [("w", DType.BF16, [20, 10])]);
        models.Model("b", 2, [("w", DType.BF16, [20, 10])]);
        var overview = PlanOverview.Of(models.Plan(MethodCatalogue.Default.Find("linear")!, each: new() { ["weight"] = 0.5 }));

        Assert.EndsWith(line, PlanSummary.Text(overview with { StreamedDisk = streamed }), StringComparison.Ordinal);
    }
}
