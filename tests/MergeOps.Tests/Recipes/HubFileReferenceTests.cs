using MergeOps.Recipes;
using Xunit;

namespace MergeOps.Tests.Recipes;

/// <summary>The addresses are those of huggingface_hub's file system, for one file.</summary>
public sealed class HubFileReferenceTests
{
    [Theory]
    [InlineData("hf://datasets/mteb/stsbenchmark-sts/test.jsonl", true, "mteb/stsbenchmark-sts", null, "test.jsonl")]
    [InlineData("hf://datasets/a/b@main/data/x y.csv", true, "a/b", "main", "data/x y.csv")]
    [InlineData("hf://a/b/statistics/fisher.safetensors", false, "a/b", null, "statistics/fisher.safetensors")]
    [InlineData("hf://datasets/a/b@refs/convert/parquet/default/test/0000.parquet", true, "a/b", "refs/convert/parquet", "default/test/0000.parquet")]
    [InlineData("hf://a/b@refs/pr/12/x.csv", false, "a/b", "refs/pr/12", "x.csv")]
    [InlineData("hf://a/b@refs%2Fpr%2F12/x.csv", false, "a/b", "refs/pr/12", "x.csv")]
    [InlineData("hf://a/b@feature%2Fone/x.csv", false, "a/b", "feature/one", "x.csv")]
    [InlineData("hf://gpt2@main/merges.txt", false, "gpt2", "main", "merges.txt")]
    [InlineData("hf://datasets/squad@v1/train.jsonl", true, "squad", "v1", "train.jsonl")]
    [InlineData("hf://a/b/mail@example.csv", false, "a/b", null, "mail@example.csv")]
    public void An_address_names_one_file(string location, bool isDataset, string repository, string? revision, string path)
    {
        var parsed = HubFileReference.TryParse(location, out var mistake);

        Assert.Equal(new HubFileReference(isDataset, repository, revision, path), parsed);
        Assert.Empty(mistake);
    }

    [Theory]
    [InlineData("hf://", "names no repository")]
    [InlineData("hf://a", "names a whole repository")]
    [InlineData("hf://a/b", "names a whole repository")]
    [InlineData("hf://a/b/", "names a whole repository")]
    [InlineData("hf://datasets/a/b@main", "names a whole repository")]
    [InlineData("hf://a/b@/x", "revision after '@' is missing")]
    [InlineData("hf:///b/x", "names no repository")]
    [InlineData("hf://models/a/b/x", "write hf://owner/name/path")]
    [InlineData("hf://spaces/a/b/x", "not from spaces")]
    [InlineData("hf://buckets/a/b/x", "not from buckets")]
    [InlineData("hf://a/b/data/*.parquet", "'*' and '?' are not expanded")]
    [InlineData("hf://a/b/../../etc/passwd", "may not leave")]
    [InlineData("hf://a/b/c//d", "is not a valid path of a file")]
    [InlineData("https://a/b/c", "starts with hf://")]
    public void What_names_no_file_says_why(string location, string why)
    {
        Assert.Null(HubFileReference.TryParse(location, out var mistake));
        Assert.Contains(why, mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://huggingface.co/datasets/a/b/blob/main/data/test.parquet", "hf://datasets/a/b@main/data/test.parquet")]
    [InlineData("https://huggingface.co/a/b/resolve/refs/pr/3/x%20y.csv?download=true", "hf://a/b@refs/pr/3/x y.csv")]
    [InlineData("https://example.com/a/b/blob/main/x", null)]
    public void A_page_of_the_hub_has_an_address(string page, string? address) => Assert.Equal(address, HubFileReference.OfPage(page));
}
