using MergeOps.HuggingFace.Ranges;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.HuggingFace.Ranges;

/// <summary>Files on a Hub that are read by ranges through little memory.</summary>
public sealed class RangeWindowTests : IAsyncLifetime
{
    private const int Piece = RangeDigests.BlockSize / 8;

    private static readonly byte[] Bytes = LocalHub.Bytes((11 * RangeDigests.BlockSize) + 12_345, seed: 3);

    private readonly SemaphoreSlim connections = new(4);
    private LocalHub hub = null!;

    public async ValueTask InitializeAsync()
    {
        hub = await LocalHub.StartAsync();
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]> { ["model.safetensors"] = Bytes });
    }

    public async ValueTask DisposeAsync()
    {
        await hub.DisposeAsync();
        connections.Dispose();
    }

    [Fact]
    public void Whoever_goes_through_a_file_fetches_each_byte_once_however_much_is_announced()
    {
        using var window = new RangeWindow(capacity: 4, LocalHub.Cancellation);
        using var file = Open(window);
        var read = new byte[Bytes.Length];

        file.Read(0, read.AsSpan(0, Piece));
        for (var offset = Piece; offset < read.Length; offset += Piece)
        {
            file.Announce(offset, Bytes.Length - offset);
            file.Read(offset, read.AsSpan(offset, Math.Min(Piece, read.Length - offset)));
        }

        Assert.True(Bytes.AsSpan().SequenceEqual(read));
        Assert.Equal(Bytes.Length, file.BytesFetched);
        Assert.True(file.IsProven);
    }

    [Fact]
    public void Readers_keep_their_bytes_while_others_need_the_room()
    {
        using var window = new RangeWindow(capacity: 2, LocalHub.Cancellation);
        using var file = Open(window);

        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, reader =>
        {
            var random = new Random(reader);
            var read = new byte[RangeDigests.BlockSize + 1];
            for (var i = 0; i < 12; i++)
            {
                var offset = random.Next(Bytes.Length - 1);
                var part = read.AsSpan(0, Math.Min(random.Next(1, read.Length), Bytes.Length - offset));

                file.Read(offset, part);

                Assert.True(Bytes.AsSpan(offset, part.Length).SequenceEqual(part), $"{part.Length} bytes at {offset}");
            }
        });
    }

    private RangedFile Open(RangeWindow window)
    {
        var client = hub.Client();
        var file = new CommitFile(LocalHub.Name("org/model"), hub.Server.Repository("org/model").Head.Id, new("model.safetensors", Bytes.Length, LocalHub.Sha256(Bytes)));
        return new(window, new(client, file, connections), null);
    }
}
