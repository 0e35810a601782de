using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using MergeOps.Tests;
using Xunit;

namespace MergeOps.Packages.Tests;

public sealed class PackageContentTests(PackedFeed feed)
{
    private const long MB = 1_000_000;

    [Fact]
    public void Each_package_holds_its_approved_files_and_nothing_else() =>
        Assert.All(feed.Ids(), id => Approved.Matches(string.Join('\n', feed.FilesOf(id)), $"{id}.txt"));

    [Fact]
    public void Only_the_packages_with_libtorch_are_large() =>
        Assert.All(feed.Ids(), id => Assert.InRange(
            new FileInfo(feed.Package(id)).Length, 1, id.StartsWith("MergeOps.Cli.", StringComparison.Ordinal) && id != "MergeOps.Cli.any" ? 145 * MB : 10 * MB));

    [Fact]
    public void Each_package_has_readme_icon_and_license() => Assert.All(feed.Ids(), id =>
        Assert.Equal(
            (id, feed.Version, "MIT", "icon.png", "README.md"),
            (Metadata(id, "id").Value, Metadata(id, "version").Value, Metadata(id, "license").Value, Metadata(id, "icon").Value, Metadata(id, "readme").Value)));

    [Fact]
    public void Each_package_names_the_commit_it_was_made_of()
    {
        Assert.SkipUnless(Path.Exists(Path.Combine(Repository.Root, ".git")), "this is no clone");
        var commit = Commands.Run("git", ["rev-parse", "HEAD"], Repository.Root).Output.Trim();

        Assert.All(feed.Ids(), id => Assert.Equal(commit, Metadata(id, "repository").Attribute("commit")?.Value));
    }

    [Fact]
    public void No_package_gives_away_where_it_was_built()
    {
        Assert.SkipUnless(Path.Exists(Path.Combine(Repository.Root, ".git")), "only paths below a git repository are shortened");
        Assert.All(feed.Ids(), id =>
        {
            using var package = ZipFile.OpenRead(feed.Package(id));
            foreach (var ours in package.Entries.Where(entry => entry.Name.Contains("MergeOps", StringComparison.Ordinal)))
            {
                var bytes = Content(ours);
                Assert.Equal((-1, -1), (bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Repository.Root)), bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(Repository.Root))));
            }
        });
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private XElement Metadata(string id, string name)
    {
        using var package = ZipFile.OpenRead(feed.Package(id));
        using var stream = package.GetEntry($"{id}.nuspec")!.Open();
        return XDocument.Load(stream).Root!.Elements().Single().Elements().Single(element => element.Name.LocalName == name);
    }
}
