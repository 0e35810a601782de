using MergeOps.Diagnostics;
using MergeOps.Tensors;
using MergeOps.Tests.Http;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class KnownDigestsTests : IDisposable
{
    // FIPS 180-4, the example for the one-block message "abc"
    private const string DigestOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-");

    private MergeOpsHome Home => new(Path.Combine(folder.FullName, "home"));

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_file_is_known_by_its_content()
    {
        var digests = new KnownDigests(Home, TimeProvider.System);
        Assert.Equal(DigestOfAbc, digests.Of(FileWith("abc")));
        Assert.Equal(DigestOfAbc, digests.Of(Path.Combine(folder.FullName, "file")));
    }

    [Fact]
    public void A_changed_file_is_hashed_again()
    {
        var digests = new KnownDigests(Home, TimeProvider.System);
        digests.Of(FileWith("abd"));
        Assert.Equal(DigestOfAbc, digests.Of(FileWith("abc")));
    }

    [Fact]
    public void A_damaged_index_is_a_miss()
    {
        var digests = new KnownDigests(Home, LateClock.Instance);
        var file = FileWith("abc");
        digests.Of(file);
        File.WriteAllText(Assert.Single(Directory.GetFiles(Home["digests"])), "garbage");
        Assert.Equal(DigestOfAbc, digests.Of(file));
    }

    [Fact]
    public void An_entry_in_which_a_digit_changed_is_no_memory()
    {
        var file = FileWith("abc");
        new KnownDigests(Home, LateClock.Instance).Of(file);
        var entry = Directory.GetFiles(Home["digests"]).Single(path => File.ReadAllText(path).Contains(DigestOfAbc, StringComparison.Ordinal));
        File.WriteAllText(entry, File.ReadAllText(entry).Replace(DigestOfAbc, DigestOfAbc[..^1] + "0", StringComparison.Ordinal));

        Assert.Null(new KnownDigests(Home, TimeProvider.System).Find(file, DigestKind.Sha256));
        Assert.Equal(DigestOfAbc, new KnownDigests(Home, LateClock.Instance).Of(file));
        Assert.NotNull(new KnownDigests(Home, TimeProvider.System).Find(file, DigestKind.Sha256));
    }

    [Fact]
    public void A_file_that_changed_a_moment_ago_is_remembered_by_nobody_else()
    {
        var file = FileWith("abc");
        var digests = new KnownDigests(Home, TimeProvider.System);

        digests.Of(file);

        Assert.NotNull(digests.Find(file, DigestKind.Sha256));
        Assert.Null(new KnownDigests(Home, TimeProvider.System).Find(file, DigestKind.Sha256));
        new KnownDigests(Home, LateClock.Instance).Of(file);
        Assert.NotNull(new KnownDigests(Home, TimeProvider.System).Find(file, DigestKind.Sha256));
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_hashed_has_no_digest()
    {
        var file = FileWith("");
        await using (var large = new FileStream(file, FileMode.Open))
        {
            large.SetLength(64 << 20);
        }

        using var hashed = new CancellationTokenSource();
        var writing = Task.Run(() => WriteUntil(file, hashed.Token), TestContext.Current.CancellationToken);
        var refusal = Assert.Throws<MergeOpsException>(() => new KnownDigests(Home, LateClock.Instance).Of(file));
        await hashed.CancelAsync();
        await writing;

        Assert.Equal(Codes.InputChanged, refusal.Diagnostic.Code);
        Assert.Null(new KnownDigests(Home, TimeProvider.System).Find(file, DigestKind.Sha256));
    }

    [Fact]
    public void An_index_outlives_a_device_that_gets_another_number()
    {
        var identity = FileIdentity.Of(FileWith("abc"));

        Assert.Equal(identity.ToString(), (identity with { Device = identity.Device + 1 }).ToString());
        Assert.NotEqual(identity, identity with { Device = identity.Device + 1 });
    }

    [Fact]
    public void A_file_that_gets_its_old_times_again_is_another_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems do not tell when a file's times were set");
        var file = FileWith("abd");
        var written = File.GetLastWriteTimeUtc(file);
        new KnownDigests(Home, LateClock.Instance).Of(file);

        var before = FileIdentity.Of(file).LastChange;
        do
        {
            File.WriteAllText(file, "abc");
            File.SetLastWriteTimeUtc(file, written);
        }
        while (FileIdentity.Of(file).LastChange == before);

        Assert.Equal(DigestOfAbc, new KnownDigests(Home, TimeProvider.System).Of(file));
    }

    [Fact]
    public void A_weight_file_whose_blocks_are_not_known_is_hashed_again()
    {
        var file = Path.Combine(folder.FullName, "model.safetensors");
        File.WriteAllBytes(file, SafetensorsBytes.WithTensors(("w", 3)));
        var digests = new KnownDigests(Home, LateClock.Instance);
        digests.Remember(file, new BlobDigest(DigestKind.Sha256, DigestOfAbc), null);

        Assert.Null(digests.FindWithBlocks(file, DigestKind.Sha256));
        var verified = digests.WithBlocks(file, DigestKind.Sha256, TestContext.Current.CancellationToken);

        Assert.NotEqual(DigestOfAbc, verified.Digest.Hex);
        Assert.Equal(16, verified.Blocks!.Hashes.Length);
        Assert.Equal(verified.Blocks.Hashes, digests.FindWithBlocks(file, DigestKind.Sha256)!.Blocks!.Hashes);
    }

    [Fact]
    public void An_index_that_cannot_be_written_is_a_failure_that_names_the_way_out()
    {
        var taken = Path.Combine(folder.FullName, "taken");
        File.WriteAllText(taken, "");

        var refusal = Assert.Throws<MergeOpsException>(() => new KnownDigests(new(taken), LateClock.Instance).Of(FileWith("abc")));

        Assert.Equal(Codes.HomeUnwritable, refusal.Diagnostic.Code);
        Assert.Contains("Set MERGEOPS_HOME to a folder that can be written.", refusal.Message, StringComparison.Ordinal);
    }

    private static void WriteUntil(string path, CancellationToken end)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        for (byte value = 0; !end.IsCancellationRequested; value++)
        {
            RandomAccess.Write(file, [value], 0);
        }
    }

    private string FileWith(string text)
    {
        var path = Path.Combine(folder.FullName, "file");
        File.Delete(path);
        File.WriteAllText(path, text);
        return path;
    }
}
