using System.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging;

public sealed class DeterminismTests : IDisposable
{
    /// <summary>Names a file that takes each method's digest, for a process of these tests that another one starts.</summary>
    private const string DigestFile = "MERGEOPS_TESTS_DIGEST_FILE";

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

    public static TheoryData<string> Methods => [.. MethodCatalogue.Default.Names];

    public void Dispose() => models.Dispose();

    [Theory]
    [MemberData(nameof(Methods))]
    public void Threads_tiles_and_shards_change_no_byte(string name)
    {
        var plan = models.Plan(MethodCatalogue.Default.Find(name)!, each: new() { ["weight"] = 0.4, ["density"] = 0.3 }, parameters: new() { ["t"] = 0.3 });

        var digest = Merge(plan, threads: 1, tile: 64, shard: 20_000);
        if (Environment.GetEnvironmentVariable(DigestFile) is { } file)
        {
            File.AppendAllText(file, $"{name} {digest}\n");
            return;
        }

        Assert.Equal(digest, Merge(plan, threads: 2, tile: 1000, shard: 20_000));
        Assert.Equal(digest, Merge(plan, threads: 4, tile: 1000, shard: 5_000_000_000));
        Assert.Equal(digest, Merge(plan, threads: 2, tile: 1 << 18, shard: 5_000_000_000));
    }

    /// <summary>With little memory, inputs are read anew for each pass; they are large enough for methods that look at samples first.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void Memory_changes_no_byte(string name)
    {
        using var large = new SmallModels();
        (string, DType, long[])[] shapes = [("w", DType.BF16, [1100, 1001]), ("x", DType.F32, [3])];
        large.Model("a", 1, shapes).Model("b", 2, shapes).Model("c", 3, shapes);
        var plan = large.Plan(MethodCatalogue.Default.Find(name)!, each: new() { ["weight"] = 0.4, ["density"] = 0.3 }, parameters: new() { ["t"] = 0.3 });

        var digests = new[] { 1 << 30, 2_500_000 }.Select(memory =>
            large.Merge(plan, o => o with { Output = large.Folder[$"{memory}"], MaxMemory = memory, Threads = 1 }).ModelDigest);

        Assert.Single(digests.Distinct());
    }

    /// <summary>Runs the first test in processes that see an older processor, to torch and to .NET.</summary>
    [Fact]
    public async Task Every_instruction_set_gives_the_same_bytes()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(DigestFile) is null, "this process was started by this test");
        Dictionary<string, string>[] processors =
        [
            new() { ["ATEN_CPU_CAPABILITY"] = "default", ["DOTNET_EnableAVX"] = "0" },
            new() { ["ATEN_CPU_CAPABILITY"] = "avx2", ["DOTNET_EnableAVX512"] = "0" },
            new() { ["ATEN_CPU_CAPABILITY"] = "avx512" },
        ];

        var digests = new List<string[]>();
        foreach (var (processor, i) in processors.Select((processor, i) => (processor, i)))
        {
            processor[DigestFile] = models.Folder[$"digests-{i}"];
            await RunThisTestIn(processor);
            digests.Add([.. File.ReadLines(processor[DigestFile]).Order(StringComparer.Ordinal)]);
        }

        Assert.Equal(MethodCatalogue.Default.Names.Count(), digests[0].Length);
        Assert.Equal(digests[0], digests[1]);
        Assert.Equal(digests[0], digests[2]);
    }

    private static async Task RunThisTestIn(Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["--filter-method", $"*.{nameof(Threads_tiles_and_shards_change_no_byte)}"])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
    }

    private string Merge(MergePlan plan, int threads, int tile, long shard) => models.Merge(plan, o => o with
    {
        Output = models.Folder[$"{threads}-{tile}-{shard}"],
        Threads = threads,
        TileElements = tile,
        ShardSize = shard,
    }).ModelDigest;
}
