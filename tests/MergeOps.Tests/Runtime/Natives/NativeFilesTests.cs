using MergeOps.Diagnostics;
using MergeOps.Runtime.Natives;
using Xunit;

namespace MergeOps.Tests.Runtime.Natives;

/// <summary>The packages of libtorch for CUDA in small: the layout that TorchSharp's own build joins in a user's project.</summary>
public sealed class NativeFilesTests : IDisposable
{
    // FIPS 180-2, appendix B.1
    private const string Sha256OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly TemporaryFolder folder = new();

    public NativeFilesTests()
    {
        folder.Write("packages/big-part1-primary/2.10.0/runtimes/linux-x64/native/libbig.so", "a"u8);
        folder.Write("packages/big-part1-fragment1/2.10.0/fragments/linux-x64/native/libbig.so.fragment1", "b"u8);
        folder.Write("packages/big-part1-fragment2/2.10.0/fragments/linux-x64/native/libbig.so.fragment2", "c"u8);
        folder.Write("packages/small/2.10.0/runtimes/linux-x64/native/libsmall.so", "whole"u8);
        folder.Write("packages/small/2.10.0/runtimes/win-x64/native/small.dll", "another system's"u8);
        folder.Write("packages/small/2.10.0/lib/netstandard2.0/_._", ""u8);
        Directory.CreateDirectory(folder["native"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Files_of_this_system_come_together_and_pieces_are_joined()
    {
        folder.Write("packages/big-part1-primary/2.10.0/runtimes/linux-x64/native/libbig.so.sha", System.Text.Encoding.ASCII.GetBytes(Sha256OfAbc));

        Gather();

        Assert.Equal(["libbig.so", "libsmall.so"], Directory.EnumerateFiles(folder["native"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("abc", File.ReadAllText(folder["native/libbig.so"]));
        Assert.Equal("whole", File.ReadAllText(folder["native/libsmall.so"]));
    }

    [Fact]
    public void A_joined_file_that_is_not_what_its_package_says_is_refused()
    {
        folder.Write("packages/big-part1-primary/2.10.0/runtimes/linux-x64/native/libbig.so.sha", System.Text.Encoding.ASCII.GetBytes(Sha256OfAbc));
        folder.Write("packages/big-part1-fragment2/2.10.0/fragments/linux-x64/native/libbig.so.fragment2", "C"u8);

        var refusal = Assert.Throws<MergeOpsException>(Gather);

        Assert.Equal(Codes.NativesNotInstalled, refusal.Diagnostic.Code);
        Assert.Contains("libbig.so", refusal.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Contains(Sha256OfAbc, refusal.Diagnostic.Detail, StringComparison.Ordinal);
    }

    private void Gather() => NativeFiles.Gather(folder["packages"], "linux-x64", folder["native"], CancellationToken.None);
}
