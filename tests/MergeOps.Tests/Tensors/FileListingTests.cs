using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class FileListingTests
{
    private static readonly FileListing Listing = [File("b", 2), File("a/c", 3), File("d", 4)];

    [Fact]
    public void Files_keep_the_order_in_which_they_are_given()
    {
        Assert.Equal(["b", "a/c", "d"], Listing.Paths);
        Assert.Equal(["b", "a/c", "d"], Listing.Select(file => file.Path));
        Assert.Equal((3, 9L), (Listing.Count, Listing.Size));
    }

    [Fact]
    public void A_file_is_found_by_its_whole_path()
    {
        Assert.Equal(File("a/c", 3), Listing.Find("a/c"));
        Assert.Null(Listing.Find("A/C"));
        Assert.True(Listing.Contains("d"));
        Assert.False(Listing.Contains("c"));
    }

    [Fact]
    public void Of_two_files_of_one_path_the_first_is_found()
    {
        FileListing twice = [File("a", 1), File("a", 2)];

        Assert.Equal(1, twice.Find("a")!.Size);
    }

    [Fact]
    public void Files_are_chosen_by_paths_whatever_their_order()
    {
        Assert.Equal(["b", "d"], Listing.Among(["d", "none", "b", "d"]).Paths);
        Assert.Empty(Listing.Among([]));
    }

    [Fact]
    public void What_another_listing_adds_stands_in_ordinal_order_of_the_paths()
    {
        var both = Listing.With([File("b", 20), File("B", 1)]);

        Assert.Equal([File("B", 1), File("a/c", 3), File("b", 2), File("d", 4)], both);
    }

    [Fact]
    public void Two_listings_differ_in_files_of_other_content_and_in_those_that_one_lacks()
    {
        FileListing other = [File("d", 4), File("b", 20), File("e", 1)];

        Assert.Equal([File("b", 2), File("a/c", 3), File("b", 20), File("e", 1)], Listing.DifferencesFrom(other));
        Assert.Empty(Listing.DifferencesFrom([.. Listing.Reverse()]));
    }

    private static HashedFile File(string path, long size) => new(path, size, new BlobDigest(DigestKind.GitBlob, new string('a', 40)));
}
