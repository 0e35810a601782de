using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging;

public sealed class DeterminismTests : IDisposable
{
    private static readonly (string, DType, long[])[] Shapes =
    [
        ("embed", DType.BF16, [130, 70]),
        ("norm", DType.F32, [70]),
        ("proj", DType.F16, [7, 11, 13]),
        ("scalar", DType.F32, []),
        ("wide", DType.F64, [3, 5000]),
        ("empty", DType.BF16, [0, 4]),
    ];

    private readonly SmallModels models = new();

    public DeterminismTests() => models.Model("a", 1, Shapes).Model("b", 2, Shapes).Model("c", 3, Shapes);

    public void Dispose() => models.Dispose();

    /// <summary>Every method that can take three models, in every way of dividing the work.</summary>
    [Theory]
    [InlineData("linear")]
    [InlineData("task_arithmetic")]
    [InlineData("ties")]
    public void Threads_tiles_and_shards_change_no_byte(string name)
    {
        var method = MethodCatalogue.Default.Find(name)!;
        var plan = models.Plan(method, each: new() { ["weight"] = 0.4, ["density"] = 0.3 });

        var digests = from threads in new[] { 1, 2, 4 }
                      from tile in new[] { 64, 1000, 1 << 18 }
                      from shard in new long[] { 20_000, 5_000_000_000 }
                      select Merge(plan, threads, tile, shard);

        Assert.Single(digests.Distinct());
    }

    private string Merge(MergePlan plan, int threads, int tile, long shard) => models.Merge(plan, o => o with
    {
        Output = models.Folder[$"{threads}-{tile}-{shard}"],
        Threads = threads,
        TileElements = tile,
        ShardSize = shard,
    }).ModelDigest;
}
