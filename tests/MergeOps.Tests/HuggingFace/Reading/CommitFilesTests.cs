using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.HuggingFace.Reading;

public sealed class CommitFilesTests
{
    [Fact]
    public void Each_of_very_many_files_is_found_at_once()
    {
        var digest = new BlobDigest(DigestKind.GitBlob, new string('a', 40));
        FileListing files = [.. Enumerable.Range(0, 500_000).Select(i => new HashedFile($"data/{i:d6}.txt", i, digest))];
        var commit = new CommitFiles(null!, LocalHub.Name("org/model"), new string('c', 40), files);

        Assert.Equal(files, files.Select(file => commit.Find(file.Path)));
        Assert.Null(commit.Find("data/none.txt"));
    }
}
