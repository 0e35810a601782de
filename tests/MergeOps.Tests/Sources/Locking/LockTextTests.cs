using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Sources.Locking;

public sealed class LockTextTests
{
    private static readonly BlobDigest Sha = new(DigestKind.Sha256, new('a', 64));
    private static readonly BlobDigest Blob = new(DigestKind.GitBlob, new('b', 40));

    private static readonly ModelLock Sample = new(
    [
        new("./base", [new("config.json", 12, Sha), new("model.safetensors", 1_000_000, Sha)]),
        new("owner/name@v1", [new("config.json", 12, Blob)]) { Commit = new('c', 40), Metadata = new('d', 64), Gated = "manual" },
        new("owner/lora", [new("adapter_model.safetensors", 12, Sha)])
        {
            Kind = LockedKind.Adapter,
            Commit = new('c', 40),
            Metadata = null,
            Blocks = ImmutableSortedDictionary<string, string>.Empty.Add("adapter_model.safetensors", new('e', 64)),
        },
        new("data/*.jsonl", [new("data/a.jsonl", 12, Sha)]) { Kind = LockedKind.Dataset, Matches = ["data/a.jsonl", "data/b.jsonl"] },
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
                Assert.StartsWith(cut.TrimEnd(), LockText.Write(LockText.Read("a.lock.yml", cut)), StringComparison.Ordinal);
            }
            catch (MergeOpsException refused)
            {
                Assert.Equal(Codes.LockUnreadable, refused.Diagnostic.Code);
            }
        }
    }

    [Fact]
    public void A_lock_that_other_tools_have_touched_is_read()
    {
        var text = LockText.Write(Sample);
        var touched = "\n# a note\n" + text.Replace("\n", "  \r\n", StringComparison.Ordinal).Replace("size: 12 ", "size: 0012 ", StringComparison.Ordinal) + "\n\n  # the end";

        Assert.Equal(text, LockText.Write(LockText.Read("a.lock.yml", touched)));
        Assert.Equal(text, LockText.Write(LockText.Read("a.lock.yml", text.TrimEnd('\n'))));
    }

    [Fact]
    public void What_is_pinned_twice_is_pinned_by_nothing()
    {
        var text = LockText.Write(Sample);
        var entries = text[text.IndexOf("  - kind:", StringComparison.Ordinal)..];
        var file = text[text.IndexOf("      - path:", StringComparison.Ordinal)..];
        file = file[..(file.IndexOf("      - path:", 1, StringComparison.Ordinal) is > 0 and var next ? next : file.Length)];

        foreach (var twice in new[] { text + entries, text.Replace(file, file + file, StringComparison.Ordinal) })
        {
            var refused = Assert.Throws<MergeOpsException>(() => LockText.Read("a.lock.yml", twice));
            Assert.Equal(Codes.LockUnreadable, refused.Diagnostic.Code);
            Assert.Contains("is pinned twice", refused.Diagnostic.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("version: 2", "version: 3", "It has version 3; this program reads versions 1 to 2. Update MergeOps. Nothing was changed.")]
    [InlineData("version: 2", "version: 0", "version 0 does not exist")]
    [InlineData("version: 2", "version: two", "does not begin like a lock")]
    [InlineData("entries:", "models:", "does not belong in a lock")]
    [InlineData("kind: model", "kind: weights", "does not belong in a lock")]
    [InlineData("size: 12", "size: -12", "does not belong in a lock")]
    [InlineData("blocks: e", "blocks: g", "does not belong in a lock")]
    [InlineData("sha256: a", "sha256: A", "does not belong in a lock")]
    [InlineData("git: b", "sha256: b", "does not belong in a lock")]
    [InlineData("commit: c", "commit: ", "expected 'files:'")]
    [InlineData("    facts: d", "    fact: d", "does not belong in a lock")]
    [InlineData("gated: manual", "gated: maybe", "expected 'files:'")]
    [InlineData("- path: \"config.json\"", "- path: config.json", "does not belong in a lock")]
    [InlineData("- path: \"config.json\"", "- path: \"\\ud800\"", "not quoted")]
    public void Another_spelling_is_refused_with_the_reason(string canonical, string other, string reason)
    {
        var text = LockText.Write(Sample).Replace(canonical, other, StringComparison.Ordinal);
        var refused = Assert.Throws<MergeOpsException>(() => LockText.Read("a.lock.yml", text));
        Assert.Contains(reason, refused.Diagnostic.Detail, StringComparison.Ordinal);
    }
}
