using MergeOps.HuggingFace.Cache;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.HuggingFace.Cache;

public sealed class CacheCleanerTests : IDisposable
{
    private static readonly DateTime LongAgo = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly TemporaryFolder folder = new();

    private HubCache Cache => new(folder["cache"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_commit_that_was_used_longest_ago_goes_first_and_shared_contents_stay()
    {
        var (shared, old, young) = (Blob("org/a", 1000, 1), Blob("org/a", 5000, 2), Blob("org/a", 7000, 3));
        Snapshot("org/a", 'a', days: 1, shared, old);
        Snapshot("org/a", 'b', days: 2, shared, young);
        Cache.WriteRef(LocalHub.Name("org/a"), "v1", Commit('a'));
        Cache.WriteRef(LocalHub.Name("org/a"), "main", Commit('b'));

        var cleaned = Clean(maxBytes: 10_000);

        Assert.Equal((13_000, 8_000), (cleaned.BytesBefore, cleaned.BytesAfter));
        Assert.Equal(Commit('a'), Assert.Single(cleaned.Removed).Snapshot.Commit);
        Assert.Equal(["main"], Assert.Single(Assert.Single(CacheScan.Of(Cache)).Snapshots).Refs);
        Assert.True(File.Exists(Cache.BlobPath(LocalHub.Name("org/a"), shared)));
        Assert.Empty(CacheVerifier.Check(CacheScan.Of(Cache)[0], _ => { }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_model_without_commits_leaves_nothing_behind()
    {
        Snapshot("org/a", 'a', days: 1, Blob("org/a", 1000, 1));
        Snapshot("org/b", 'b', days: 2, Blob("org/b", 1000, 2));

        Clean(maxBytes: 1000);

        Assert.Equal("org/b", Assert.Single(CacheScan.Of(Cache)).Name.ToString());
        Assert.False(Directory.Exists(Cache.RepositoryFolder(LocalHub.Name("org/a"))));
    }

    [Fact]
    public void What_was_used_just_now_or_is_open_stays_whatever_the_limit()
    {
        Snapshot("org/a", 'a', days: 0, Blob("org/a", 1000, 1));
        Cache.NoteUse(LocalHub.Name("org/a"), Commit('a'), DateTime.UtcNow);
        var open = Blob("org/b", 1000, 2);
        Snapshot("org/b", 'b', days: 1, open);
        using var reader = File.OpenRead(Cache.BlobPath(LocalHub.Name("org/b"), open));

        Clean(maxBytes: 1);

        Assert.Single(Assert.Single(CacheScan.Of(Cache), model => model.Name.Name == "a").Snapshots);
        Assert.True(File.Exists(Cache.BlobPath(LocalHub.Name("org/b"), open)));
    }

    [Fact]
    public void Abandoned_downloads_and_loose_contents_go_even_when_all_fits()
    {
        var blobs = Cache.BlobFolder(LocalHub.Name("org/a"));
        Snapshot("org/a", 'a', days: 1, Blob("org/a", 1000, 1));
        Blob("org/a", 2000, 2);
        var abandoned = Path.Combine(blobs, $"{new string('0', 64)}.mergeops-1.incomplete");
        var fresh = Path.Combine(blobs, $"{new string('0', 64)}.mergeops-2.incomplete");
        File.WriteAllBytes(abandoned, new byte[500]);
        File.SetLastWriteTimeUtc(abandoned, LongAgo);
        File.WriteAllBytes(fresh, new byte[500]);
        var temporary = folder.Write("cache/.locks/models--org--a/0.tmp", "x"u8);
        File.SetLastWriteTimeUtc(temporary, LongAgo);

        var cleaned = Clean(maxBytes: 1_000_000);

        Assert.Equal((4000, 1500), (cleaned.BytesBefore, cleaned.BytesAfter));
        Assert.Equal((false, true, false), (File.Exists(abandoned), File.Exists(fresh), File.Exists(temporary)));
    }

    [Fact]
    public void Whatever_is_neither_model_nor_data_set_is_not_touched()
    {
        folder.Write("cache/spaces--org--app/blobs/x", "1"u8);
        folder.Write("cache/models--a--b--c/blobs/x", "1"u8);

        Assert.Equal(0, Clean(maxBytes: 1).BytesBefore);

        Assert.Equal(2, Directory.GetFiles(folder["cache"], "*", SearchOption.AllDirectories).Length);
    }

    private static string Commit(char digit) => new(digit, 40);

    private CleanedCache Clean(long maxBytes) => new CacheCleaner(Cache, TimeProvider.System).Run(maxBytes, TestContext.Current.CancellationToken);

    private BlobDigest Blob(string model, int size, int seed)
    {
        var bytes = LocalHub.Bytes(size, seed);
        var digest = LocalHub.Sha256(bytes);
        var path = Cache.BlobPath(LocalHub.Name(model), digest);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, LongAgo);
        return digest;
    }

    private void Snapshot(string model, char commit, int days, params BlobDigest[] files)
    {
        var name = LocalHub.Name(model);
        foreach (var file in files)
        {
            Cache.Place(name, Commit(commit), $"{file.Hex[..8]}.safetensors", file);
            File.SetLastAccessTimeUtc(Cache.BlobPath(name, file), LongAgo);
        }

        Directory.SetLastWriteTimeUtc(Cache.SnapshotFolder(name, Commit(commit)), LongAgo.AddDays(days));
    }
}
