using MergeOps.Merging;
using MergeOps.Merging.InMemory;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Spectral;
using MergeOps.Planning;
using MergeOps.Tensors;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Merging.InMemory;

/// <summary>A merge in memory has the bytes of an ordinary one, however many plans are merged together.</summary>
public sealed class MemoryMergeTests : IDisposable
{
    private static readonly (string, DType, long[])[] Shapes =
    [
        ("embed", DType.BF16, [130, 70]),
        ("norm", DType.F32, [70]),
        ("proj", DType.F16, [7, 11, 13]),
        ("scalar", DType.F32, []),
        ("wide", DType.F64, [3, 15000]),
        ("empty", DType.BF16, [0, 4]),
    ];

    private readonly SmallModels models = new();

    public MemoryMergeTests() => models.Model("a", 1, Shapes).Model("b", 2, Shapes).Model("c", 3, Shapes);

    public static TheoryData<string> Methods => [.. MethodCatalogue.Default.Names];

    public void Dispose() => models.Dispose();

    [Theory]
    [MemberData(nameof(Methods))]
    public void Points_merged_together_have_the_digests_of_ordinary_merges(string name)
    {
        MergePlan[] plans = [.. new[] { 0.2, 0.5, 1.1 }.Select(value => Plan(name, value))];

        var together = new MemoryMerge(Options).Run(plans, progress: null, TestContext.Current.CancellationToken);

        Assert.All(together.Zip(plans), pair =>
            Assert.Equal(models.Merge(pair.Second, o => o with { Output = models.Folder[pair.Second.Digest] }).ModelDigest, pair.First.ModelDigest));
    }

    /// <summary>Where no density is searched, what is dropped is found once for all points.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void Points_that_drop_alike_have_the_digests_of_ordinary_merges(string name)
    {
        MergePlan[] plans = [.. new[] { (0.2, 0.4), (0.5, 0.4), (1.1, 0.7), (1.1, -0.3) }.Select(point => models.Plan(
            MethodCatalogue.Default.Find(name)!,
            each: new() { ["weight"] = point.Item2, ["density"] = 0.3 },
            parameters: new() { ["t"] = 0.3, ["lambda"] = point.Item1 }))];

        var together = new MemoryMerge(Options).Run(plans, progress: null, TestContext.Current.CancellationToken);

        Assert.All(together.Zip(plans), pair =>
            Assert.Equal(models.Merge(pair.Second, o => o with { Output = models.Folder[pair.Second.Digest] }).ModelDigest, pair.First.ModelDigest));
    }

    [Fact]
    public void The_bytes_are_read_as_those_of_a_checkpoint()
    {
        var plan = Plan("task_arithmetic", 0.5);
        var merged = models.Merge(plan);

        var held = new MemoryMerge(Options).Run([plan], progress: null, TestContext.Current.CancellationToken)[0].In(models.Output);

        using var memory = new TensorReader(held);
        using var disk = new TensorReader(CheckpointReader.Open(merged.Folder, []));
        Assert.All(CheckpointReader.Open(merged.Folder, []).Tensors.Values, tensor =>
        {
            Assert.Equal((tensor.DType, tensor.ByteLength), (held.Tensors[tensor.Name].DType, held.Tensors[tensor.Name].ByteLength));
            byte[] expected = new byte[tensor.ByteLength], actual = new byte[tensor.ByteLength];
            disk.Read(tensor, 0, expected);
            memory.Read(held.Tensors[tensor.Name], 0, actual);
            Assert.Equal(expected, actual);
        });
    }

    [Fact]
    public void What_an_earlier_point_made_is_not_made_again()
    {
        var (first, second) = (Plan("task_arithmetic", 0.5), Plan("task_arithmetic", 0.6));
        // as where a filter searches one tensor alone
        var mixed = models.Plan(second.Jobs.Select(job => job.Name == "embed" ? job : first.Jobs.First(other => other.Name == job.Name)));
        var merge = new MemoryMerge(Options);
        merge.Run([first], progress: null, TestContext.Current.CancellationToken);
        long bytes = 0;

        var model = merge.Run([mixed], new Reporter(progress => bytes = progress.BytesTotal), TestContext.Current.CancellationToken)[0];

        Assert.Equal(4 * 130 * 70 * 2, bytes);
        Assert.Equal(models.Merge(mixed).ModelDigest, model.ModelDigest);
    }

    [Fact]
    public void A_search_for_lambda_decomposes_no_matrix_twice()
    {
        var method = new Counted();
        // as of tensors that are no embeddings
        var ordinary = new[] { 0.3, 0.7, 1.2 }.Select(lambda => models.Plan(models.Plan(method, parameters: new() { ["lambda"] = lambda }).Jobs
            .Select(job => job with { Parameters = new(job.Parameters.Values.Where(value => value.Parameter.Name != "skip_embeddings")) }))).ToList();
        var digests = ordinary.ConvertAll(plan => models.Merge(plan, o => o with { Output = models.Folder[plan.Digest] }).ModelDigest);
        var once = method.Merged / 3;
        var merge = new MemoryMerge(Options);

        // one after the other as golden asks for them, and together as a grid does
        Assert.Equal(digests[0], merge.Run([ordinary[0]], progress: null, TestContext.Current.CancellationToken)[0].ModelDigest);
        Assert.Equal(digests[1..], merge.Run(ordinary[1..], progress: null, TestContext.Current.CancellationToken).Select(model => model.ModelDigest));
        Assert.True(once > 0);
        Assert.Equal(4 * once, method.Merged);
    }

    private static MergeOptions Options => new() { Output = "", Threads = 2 };

    // one number that the method looks at, whichever it has
    private MergePlan Plan(string name, double value) => models.Plan(
        MethodCatalogue.Default.Find(name)!,
        each: new() { ["weight"] = 0.4, ["density"] = Math.Min(1, value) },
        parameters: new() { ["t"] = Math.Min(1, value), ["lambda"] = value });

    private sealed class Counted : SpectralMethod
    {
        private int merged;

        public int Merged => merged;

        public override string Name => "counted";

        public override string Title => "Counted";

        public override string Summary => "The sum of the task vectors, counted";

        public override int Version => 1;

        public override Uri? Reference => null;

        protected override long WorkOf(long rows, long columns, int models) => 0;

        protected override IEnumerable<(long Rows, long Columns)> Decomposed(long rows, long columns, int models) => [];

        protected override torch.Tensor Merge(IReadOnlyList<torch.Tensor> vectors, ITensorInputs inputs)
        {
            Interlocked.Increment(ref merged);
            return TaskSum.Of(vectors);
        }
    }

    private sealed class Reporter(Action<MergeProgress> report) : IProgress<MergeProgress>
    {
        public void Report(MergeProgress value) => report(value);
    }
}
