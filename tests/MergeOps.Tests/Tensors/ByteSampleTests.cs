using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class ByteSampleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4097)]
    [InlineData(64 * 4096)]
    public void A_short_run_is_sampled_whole(long length)
    {
        var places = ByteSample.PlacesIn(length).ToList();

        Assert.Equal(length, places.Sum(place => place.Length));
        Assert.Equal(places.Scan(), places.Select(place => place.Offset));
    }

    [Theory]
    [InlineData((64 * 4096) + 1)]
    [InlineData(5_000_000_000)]
    [InlineData(long.MaxValue)]
    public void A_long_run_is_sampled_at_64_places_from_its_first_byte_to_its_last(long length)
    {
        var places = ByteSample.PlacesIn(length).ToList();

        Assert.Equal(64, places.Count);
        Assert.Equal((0, length), (places[0].Offset, places[^1].Offset + places[^1].Length));
        Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.First.Offset < pair.Second.Offset));
    }

    [Fact]
    public void The_sample_of_a_file_depends_on_its_bytes_alone()
    {
        var bytes = new byte[1_000_000];
        new Random(1).NextBytes(bytes);
        var (a, b) = (folder.Write("a", bytes), folder.Write("b", bytes));
        Assert.Equal(ByteSample.OfFile(a), ByteSample.OfFile(b));

        bytes[^1] ^= 1;
        Assert.NotEqual(ByteSample.OfFile(a), ByteSample.OfFile(folder.Write("c", bytes)));

        // XXH128 of nothing, from the reference implementation
        Assert.Equal("99aa06d3014798d86001c324468d497f", ByteSample.OfFile(folder.Write("d", [])));
    }
}

file static class Offsets
{
    /// <summary>Where each piece begins when they lie end to end.</summary>
    public static IEnumerable<long> Scan(this IEnumerable<(long Offset, int Length)> places)
    {
        var offset = 0L;
        foreach (var (_, length) in places)
        {
            yield return offset;
            offset += length;
        }
    }
}
