using System.Diagnostics;
using System.Runtime.CompilerServices;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Runtime;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging;

public sealed class DeterminismTests : IDisposable
{
    /// <summary>Names a file that takes each method's digest, for a process of this program that one of these tests starts.</summary>
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
        var plan = Plan(models, name);

        var digest = Merge(plan, threads: 1, tile: 64, shard: 20_000);

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
        var plan = Plan(large, name);

        var digests = new[] { 1 << 30, 2_500_000 }.Select(memory =>
            large.Merge(plan, o => o with { Output = large.Folder[$"{memory}"], MaxMemory = memory, Threads = 1 }).ModelDigest);

        Assert.Single(digests.Distinct());
    }

    /// <summary>Merges in processes that see an older processor, to torch and to .NET.</summary>
    [Fact]
    public async Task Every_instruction_set_gives_the_same_bytes()
    {
        Dictionary<string, string>[] processors =
        [
            new() { ["ATEN_CPU_CAPABILITY"] = "default", ["DOTNET_EnableAVX"] = "0" },
            new() { ["ATEN_CPU_CAPABILITY"] = "avx2", ["DOTNET_EnableAVX512"] = "0" },
            new() { ["ATEN_CPU_CAPABILITY"] = "avx512" },
        ];

        var digests = await Task.WhenAll(processors.Select((processor, i) => DigestsOn(processor, models.Folder[$"digests-{i}"])));

        Assert.Equal(MethodCatalogue.Default.Names, digests[0].Select(line => line.Split(' ')[0]));
        Assert.Equal(digests[0], digests[1]);
        Assert.Equal(digests[0], digests[2]);
    }

    // Runs before Main. Nothing else of this assembly may run on another thread meanwhile: it would wait for this to end.
    [ModuleInitializer]
    internal static void WriteDigestsIfAsked()
    {
        if (Environment.GetEnvironmentVariable(DigestFile) is not { } file)
        {
            return;
        }

        _ = new LoadedTorch();
        using (var tests = new DeterminismTests())
        {
            File.WriteAllLines(file, MethodCatalogue.Default.Names.Select(name => $"{name} {tests.Merge(Plan(tests.models, name), threads: 1, tile: 64, shard: 20_000, into: name)}"));
        }

        Environment.Exit(ProcessEnd.With(0));
    }

    private static async Task<string[]> DigestsOn(Dictionary<string, string> processor, string file)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true };
        foreach (var (name, value) in processor.Append(KeyValuePair.Create(DigestFile, file)))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, error);
        return await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
    }

    private static MergePlan Plan(SmallModels of, string method) =>
        of.Plan(MethodCatalogue.Default.Find(method)!, each: new() { ["weight"] = 0.4, ["density"] = 0.3 }, parameters: new() { ["t"] = 0.3 });

    private string Merge(MergePlan plan, int threads, int tile, long shard, string into = "") => models.Merge(plan, o => o with
    {
        Output = models.Folder[$"{threads}-{tile}-{shard}{into}"],
        Threads = threads,
        TileElements = tile,
        ShardSize = shard,
    }).ModelDigest;
}
