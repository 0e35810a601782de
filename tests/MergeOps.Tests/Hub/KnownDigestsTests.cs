using MergeOps.Diagnostics;
using MergeOps.Hub;
using Xunit;

namespace MergeOps.Tests.Hub;

public sealed class KnownDigestsTests : IDisposable
{
    // FIPS 180-4, the example for the one-block message "abc"
    private const string DigestOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_file_is_known_by_its_content()
    {
        var digests = new KnownDigests(Path.Combine(folder.FullName, "index"));
        Assert.Equal(DigestOfAbc, digests.Of(FileWith("abc")));
        Assert.Equal(DigestOfAbc, digests.Of(Path.Combine(folder.FullName, "file")));
    }

    [Fact]
    public void A_changed_file_is_hashed_again()
    {
        var digests = new KnownDigests(Path.Combine(folder.FullName, "index"));
        digests.Of(FileWith("abd"));
        Assert.Equal(DigestOfAbc, digests.Of(FileWith("abc")));
    }

    [Fact]
    public void A_damaged_index_is_a_miss()
    {
        var index = Path.Combine(folder.FullName, "index");
        var digests = new KnownDigests(index);
        var file = FileWith("abc");
        digests.Of(file);
        File.WriteAllText(Assert.Single(Directory.GetFiles(index)), "garbage");
        Assert.Equal(DigestOfAbc, digests.Of(file));
    }

    [Fact]
    public void An_index_that_cannot_be_written_is_a_failure_that_names_the_way_out()
    {
        var taken = Path.Combine(folder.FullName, "taken");
        File.WriteAllText(taken, "");

        var refusal = Assert.Throws<MergeOpsException>(() => new KnownDigests(Path.Combine(taken, "index")).Of(FileWith("abc")));

        Assert.Equal(Codes.HomeUnwritable, refusal.Diagnostic.Code);
        Assert.Contains("Set MERGEOPS_HOME to a folder that can be written.", refusal.Message, StringComparison.Ordinal);
    }

    private string FileWith(string text)
    {
        var path = Path.Combine(folder.FullName, "file");
        File.Delete(path);
        File.WriteAllText(path, text);
        return path;
    }
}
