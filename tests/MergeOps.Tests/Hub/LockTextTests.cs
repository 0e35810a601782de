using MergeOps.Diagnostics;
using MergeOps.Hub;
using Xunit;

namespace MergeOps.Tests.Hub;

public sealed class LockTextTests
{
    private static readonly BlobDigest Sha = new(DigestKind.Sha256, new('a', 64));
    private static readonly BlobDigest Blob = new(DigestKind.GitBlob, new('b', 40));

    private static readonly ModelLock Sample = new(
    [
        new("./base", [new("config.json", 12, Sha), new("model.safetensors", 1_000_000, Sha)]),
        new("owner/name@v1", [new("config.json", 12, Blob)]) { Commit = new('c', 40), Facts = new('d', 64), Gated = "manual" },
        new("./with \"quotes\" and\nlines", []),
    ]);

    [Fact]
    public void A_lock_reads_back_as_it_was_written() =>
        Assert.Equal(LockText.Write(Sample), LockText.Write(LockText.Read("a.lock.yml", LockText.Write(Sample))));

    [Fact]
    public void Every_cut_of_a_lock_is_refused_or_is_a_shorter_lock()
    {
        var text = LockText.Write(Sample);
        for (var length = 0; length < text.Length; length++)
        {
            var cut = text[..length];
            try
            {
                Assert.Equal(cut, LockText.Write(LockText.Read("a.lock.yml", cut)));
            }
            catch (MergeOpsException refused)
            {
                Assert.Equal(Codes.LockUnreadable, refused.Diagnostic.Code);
            }
        }
    }

    [Theory]
    [InlineData("version: 1", "version: 2", "version 1")]
    [InlineData("size: 12", "size: 012", "canonical")]
    [InlineData("sha256: a", "sha256: A", "not one of a lock")]
    [InlineData("git: b", "sha256: b", "not one of a lock")]
    [InlineData("commit: c", "commit: ", "'files:' is expected")]
    [InlineData("gated: manual", "gated: maybe", "'files:' is expected")]
    [InlineData("- path: \"config.json\"", "- path: config.json", "not one of a lock")]
    [InlineData("- path: \"config.json\"", "- path: \"\\ud800\"", "not quoted")]
    public void Another_spelling_is_refused_with_the_reason(string canonical, string other, string reason)
    {
        var text = LockText.Write(Sample).Replace(canonical, other, StringComparison.Ordinal);
        var refused = Assert.Throws<MergeOpsException>(() => LockText.Read("a.lock.yml", text));
        Assert.Contains(reason, refused.Diagnostic.Detail, StringComparison.Ordinal);
    }
}
