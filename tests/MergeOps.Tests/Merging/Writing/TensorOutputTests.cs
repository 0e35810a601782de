using MergeOps.Merging.Writing;
using MergeOps.Methods.Contract;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging.Writing;

public sealed class TensorOutputTests : IDisposable
{
    private const int Length = 1 << 20;

    private readonly SmallModels models = new();

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(5000)]
    public void Tensors_that_are_written_to_one_file_at_once_arrive_whole_however_much_may_wait(int waiting)
    {
        string[] names = ["a", "b", "c", "d"];
        models.Model("written", 1, [.. names.Select(name => (name, DType.F32, new long[] { Length / 4 }))]);
        var jobs = models.Plan(MethodCatalogue.Default.Find("linear")!, each: new() { ["weight"] = 1 }).Jobs;
        var contents = jobs.Select((_, i) => Content(i)).ToArray();
        var digests = new string[jobs.Length];
        Directory.CreateDirectory(models.Output);
        using var shards = ShardWriter.Open(models.Output, ShardLayout.Of(jobs.Select(job => new OutputTensor(job.Name, job.DType, job.Shape)), long.MaxValue));
        using var start = new Barrier(jobs.Length);

        Thread[] writers = [.. jobs.Select((job, i) => new Thread(() =>
        {
            start.SignalAndWait();
            digests[i] = Write(new TensorOutput(job, shards, new byte[waiting]), contents[i]);
        }))];
        Array.ForEach(writers, writer => writer.Start());
        Array.ForEach(writers, writer => writer.Join());

        Assert.All(jobs.Select((job, i) => (job, i)), written =>
        {
            var bytes = new byte[Length];
            shards.Read(written.job.Name, 0, bytes);
            Assert.Equal(contents[written.i], bytes);
            Assert.Equal(ContentDigest.Of(bytes), digests[written.i]);
        });
    }

    [Fact]
    public void A_tensor_that_was_not_written_to_its_end_has_no_digest()
    {
        models.Model("written", 1, ("w", DType.F32, [256]));
        var job = models.Plan(MethodCatalogue.Default.Find("linear")!, each: new() { ["weight"] = 1 }).Jobs[0];
        Directory.CreateDirectory(models.Output);
        using var shards = ShardWriter.Open(models.Output, ShardLayout.Of([new OutputTensor(job.Name, job.DType, job.Shape)], long.MaxValue));
        var output = new TensorOutput(job, shards, new byte[64]);

        output.Append(new byte[1023]);

        Assert.Throws<InvalidOperationException>(output.Finish);
    }

    private static byte[] Content(int seed)
    {
        var content = new byte[Length];
        new Random(seed).NextBytes(content);
        return content;
    }

    private static string Write(TensorOutput output, ReadOnlySpan<byte> content)
    {
        // pieces that fit the waiting memory, and some that do not
        for (var (start, piece) = (0, 1); start < content.Length; start += piece, piece = (piece * 7 % 1201) + 1)
        {
            piece = Math.Min(piece, content.Length - start);
            output.Append(content.Slice(start, piece));
        }

        return output.Finish();
    }
}
