using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using Xunit;

namespace MergeOps.Tests.Merging.Writing;

public sealed class MergeManifestTests
{
    private const string Whole = """
        {
          "files": {"config.json": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
          "modelDigest": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
          "name": "soup",
          "numericClass": "cpu",
          "packageVersion": "1.0.0",
          "planDigest": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
          "seed": 0,
          "tensors": {"w": {"contentDigest": "0123", "dtype": "BF16", "jobDigest": "4567", "method": "linear", "shape": [2, 3]}},
          "version": 1
        }
        """;

    [Fact]
    public void A_manifest_is_read_as_it_was_written()
    {
        var manifest = Read(Whole);

        Assert.Equal("soup", manifest.Name);
        Assert.Equal([2, 3], manifest.Tensors["w"].Shape);
        Assert.Equal(manifest.Write(), Read(manifest.Write()).Write());
    }

    [Theory]
    [InlineData("{\"contentDigest\": \"0123\", \"dtype\": \"BF16\", \"jobDigest\": \"4567\", \"method\": \"linear\", \"shape\": [2, 3]}", "null", "It says nothing about the tensor 'w'")]
    [InlineData("[2, 3]", "null", "'tensors.w.shape' is missing")]
    [InlineData("\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"", "null", "'config.json' has no SHA-256")]
    [InlineData("ba7816bf8f01cfea", "", "'modelDigest' is not a SHA-256")]
    [InlineData("2c26b46b", "../../..", "'planDigest' is not a SHA-256")]
    [InlineData("\"version\": 1", "\"version\": 2", "It has version 2")]
    [InlineData("\"soup\"", "null", "name")]
    [InlineData("{", "[", "JSON")]
    public void A_damaged_manifest_is_refused_and_says_what_is_wrong(string text, string damaged, string reason)
    {
        var refusal = Assert.Throws<MergeOpsException>(() => Read(Whole.Replace(text, damaged, StringComparison.Ordinal)));

        Assert.Equal(Codes.ManifestUnreadable, refusal.Diagnostic.Code);
        Assert.Contains(reason, refusal.Diagnostic.Detail, StringComparison.Ordinal);
    }

    private static MergeManifest Read(string text) => MergeManifest.Read(Encoding.UTF8.GetBytes(text), "merge-manifest.json");
}
