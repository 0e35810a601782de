using MergeOps.Runtime;
using Xunit;

namespace MergeOps.Tests.Runtime;

public sealed class ElfVersionNeedsTests
{
    private static readonly string Bridge =
        Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    [Fact]
    public void A_version_that_no_relocation_uses_becomes_weak_by_one_bit()
    {
        Assert.SkipUnless(File.Exists(Bridge), "the bridge for linux-x64 is not beside the tests");
        var shipped = File.ReadAllBytes(Bridge);
        var image = shipped.ToArray();

        Assert.True(ElfVersionNeeds.TryWeaken(image, "GLIBCXX_3.4.32"));
        var changed = Assert.Single(Enumerable.Range(0, image.Length), i => image[i] != shipped[i]);
        Assert.Equal(0x2, image[changed] ^ shipped[changed]);
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.29")]
    [InlineData("GLIBCXX_9.9.9")]
    public void A_version_that_is_used_or_not_needed_is_left_alone(string version)
    {
        Assert.SkipUnless(File.Exists(Bridge), "the bridge for linux-x64 is not beside the tests");
        var image = File.ReadAllBytes(Bridge);

        Assert.False(ElfVersionNeeds.TryWeaken(image, version));
        Assert.Equal(File.ReadAllBytes(Bridge), image);
    }

    [Fact]
    public void Another_kind_of_file_is_left_alone() => Assert.False(ElfVersionNeeds.TryWeaken(new byte[100], "GLIBCXX_3.4.32"));
}
