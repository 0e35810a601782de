using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class DurableFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_small_file_is_replaced_as_a_whole_and_nothing_else_is_left()
    {
        DurableFile.WriteAllBytesAtomically(folder["a.json"], "old"u8);
        DurableFile.WriteAllBytesAtomically(folder["a.json"], "new text"u8);

        Assert.Equal("new text", File.ReadAllText(folder["a.json"]));
        Assert.Equal([folder["a.json"]], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_failed_replacement_leaves_the_old_state_and_no_temporary_file()
    {
        Directory.CreateDirectory(folder["a.json/inside"]);

        var failure = Assert.Throws<MergeOpsException>(() => DurableFile.WriteAllBytesAtomically(folder["a.json"], "new"u8));

        Assert.Equal(Codes.WriteFailed, failure.Diagnostic.Code);
        Assert.Equal([folder["a.json"]], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void What_a_killed_process_left_is_gone_after_the_next_writing_and_what_another_one_writes_stays()
    {
        var left = folder.Write($".a.json.{new string('0', 32)}.tmp", "half"u8);
        var other = folder.Write(".notes.tmp", "mine"u8);
        var busy = folder.Write($".b.json.{new string('1', 32)}.tmp", "half"u8);
        using var writer = new FileStream(busy, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);

        DurableFile.WriteAllBytesAtomically(folder["c.json"], "new"u8);

        Assert.False(File.Exists(left));
        Assert.True(File.Exists(other) && File.Exists(busy));
    }

    [Fact]
    public void A_file_that_somebody_named_never_takes_the_place_of_a_link_or_a_pipe()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege");
        folder.Write("real.json", "old"u8);
        File.CreateSymbolicLink(folder["link.json"], folder["real.json"]);

        var failure = Assert.Throws<MergeOpsException>(() => DurableFile.WriteNamed(folder["link.json"], "new"u8));

        Assert.Contains("It is a link", failure.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(folder["real.json"]));
        Assert.NotNull(new FileInfo(folder["link.json"]).LinkTarget);
        Assert.Contains("a pipe or a device", Assert.Throws<MergeOpsException>(() => DurableFile.WriteNamed("/dev/null", "new"u8)).Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_a_diagnostic()
    {
        var failure = Assert.Throws<MergeOpsException>(() => DurableFile.WriteAllBytesAtomically(folder["none/a.json"], "x"u8));

        Assert.Equal(FailureKind.Environment, failure.Diagnostic.Code.Kind);
    }

    [Fact]
    public void Space_that_the_disk_does_not_have_is_refused_before_the_first_byte()
    {
        var failure = Assert.Throws<MergeOpsException>(() => DurableFile.OpenOrCreate(folder["huge"], 1L << 50).Dispose());

        Assert.Equal(Codes.WriteFailed, failure.Diagnostic.Code);
        Assert.Contains(" free.", failure.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_keeps_its_bytes_when_it_is_opened_again()
    {
        using (var file = DurableFile.OpenOrCreate(folder["x"], 8))
        {
            file.Write(4, "abcd"u8);
        }

        using var again = DurableFile.OpenOrCreate(folder["x"], 8);
        var bytes = new byte[8];
        again.Read(0, bytes);

        Assert.Equal("\0\0\0\0abcd"u8, bytes);
    }

    [Fact]
    public void A_folder_is_renamed_as_a_whole_but_never_over_another_that_holds_something()
    {
        folder.Write("new/a", [1]);
        folder.Write("old/b", [2]);

        var failure = Assert.Throws<MergeOpsException>(() => DurableFolder.Rename(folder["new"], folder["old"]));
        DurableFolder.Rename(folder["new"], folder["fresh"]);

        Assert.Equal(Codes.WriteFailed, failure.Diagnostic.Code);
        Assert.True(File.Exists(folder["fresh/a"]));
        Assert.True(File.Exists(folder["old/b"]));
    }

    [Fact]
    public void A_rename_onto_another_disk_is_refused_never_a_copy()
    {
        const string otherDisk = "/dev/shm";
        Assert.SkipUnless(Directory.Exists(otherDisk), "no second file system here");
        var source = folder.Write("a", [1]);
        var target = Path.Combine(otherDisk, Path.GetRandomFileName());

        Assert.Throws<MergeOpsException>(() => DurableFolder.Rename(source, target));

        Assert.True(File.Exists(source));
        Assert.False(File.Exists(target));
    }

    [Fact]
    public void An_fsync_that_fails_is_not_taken_for_success()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a device of Linux");
        using var device = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);

        // A device cannot be flushed: the system answers EINVAL, which .NET's own call hides.
        Assert.Throws<IOException>(() => Posix.Flush(device));
        Assert.Throws<IOException>(() => DurableFile.Flush(device));
    }
}
