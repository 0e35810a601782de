using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;
using MergeOps.TestHub;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using Xunit;

namespace MergeOps.Tests.HuggingFace.Cache;

public sealed class SnapshotDownloadTests
{
    private static readonly RepositoryName Model = LocalHub.Name("org/model");

    private static readonly Dictionary<string, byte[]> Content = new()
    {
        ["config.json"] = "{}"u8.ToArray(),
        ["1_Pooling/config.json"] = "{}"u8.ToArray(),
        ["empty.txt"] = [],
        ["model-00001-of-00002.safetensors"] = LocalHub.Bytes(3_000_000, seed: 1),
        ["model-00002-of-00002.safetensors"] = LocalHub.Bytes(200_000, seed: 2),
    };

    [Fact]
    public async Task A_snapshot_has_the_layout_of_python_s_cache()
    {
        await using var hub = await StartAsync();
        var arrived = 0L;

        var snapshot = await DownloadAsync(hub, "merge/exp-1", bytes => Interlocked.Add(ref arrived, bytes));

        var commit = hub.Server.Repository("org/model").Head.Id;
        var repository = hub.Cache.RepositoryFolder(Model);
        Assert.Equal(Path.Combine(hub.Cache.Folder, "models--org--model"), repository);
        Assert.Equal(Path.Combine(repository, "snapshots", commit), snapshot);
        Assert.All(Content, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(snapshot, file.Key))));
        Assert.Equal(commit, File.ReadAllText(Path.Combine(repository, "refs", "merge", "exp-1")));
        Assert.StartsWith("Signature: 8a477f597d28d172789f06886806bc55", File.ReadAllText(Path.Combine(hub.Cache.Folder, "CACHEDIR.TAG")), StringComparison.Ordinal);
        Assert.Equal(Content.Values.Sum(bytes => bytes.Length) + hub.Server.Repository("org/model").Head.Files[".gitattributes"].Size, arrived);

        // `git hash-object` of {} and of nothing
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        Assert.Equal("../../blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b", new FileInfo(Path.Combine(snapshot, "config.json")).LinkTarget);
        Assert.Equal("../../../blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b", new FileInfo(Path.Combine(snapshot, "1_Pooling/config.json")).LinkTarget);
        Assert.Equal("../../blobs/e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", new FileInfo(Path.Combine(snapshot, "empty.txt")).LinkTarget);
        Assert.All(BlobsOf(hub), blob => Assert.Matches("^([0-9a-f]{40}|[0-9a-f]{64})$", blob));
        Assert.Empty(Directory.GetFiles(hub.Cache.Folder, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_is_there_is_not_asked_for_again()
    {
        await using var hub = await StartAsync();
        await DownloadAsync(hub);
        hub.Server.ForgetRequests();

        await DownloadAsync(hub);

        Assert.DoesNotContain(hub.Server.Requests, IsContent);
    }

    [Fact]
    public async Task Only_the_files_that_are_named_are_fetched()
    {
        await using var hub = await StartAsync();

        var snapshot = await DownloadAsync(hub, only: "model-00002-of-00002.safetensors");

        Assert.Equal(["model-00002-of-00002.safetensors"], Directory.GetFileSystemEntries(snapshot).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Without_the_network_the_cache_serves_and_names_what_it_lacks()
    {
        await using var hub = await StartAsync();
        await DownloadAsync(hub, only: "model-00002-of-00002.safetensors");
        var files = await FilesAsync(hub);
        var commit = hub.Server.Repository("org/model").Head.Id;
        await hub.Server.DisposeAsync();
        using var client = hub.Client(hub.Settings() with { IsOffline = true });
        var download = new SnapshotDownload(client, hub.Cache, hub.Digests);

        var snapshot = await download.RunAsync(Model, null, commit, [files.Single(file => file.Path == "model-00002-of-00002.safetensors")], null, LocalHub.Cancellation);
        var refused = await Assert.ThrowsAsync<MergeOpsException>(() => download.RunAsync(Model, null, commit, files, null, LocalHub.Cancellation));

        Assert.True(File.Exists(Path.Combine(snapshot, "model-00002-of-00002.safetensors")));
        Assert.Equal((Codes.DownloadNotCached, 3), (refused.Diagnostic.Code, (int)refused.Diagnostic.Code.Kind));
        Assert.Contains("'.gitattributes', '1_Pooling/config.json', 'config.json' and 2 more of 'org/model'", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flipped_bit_in_the_cache_is_noticed_and_that_file_alone_fetched_again()
    {
        await using var hub = await StartAsync();
        var snapshot = await DownloadAsync(hub);
        var shard = Path.Combine(snapshot, "model-00001-of-00002.safetensors");
        Flip(shard, at: 1_000_000);
        hub.Server.ForgetRequests();

        await DownloadAsync(hub);

        Assert.Equal(Content["model-00001-of-00002.safetensors"], File.ReadAllBytes(shard));
        Assert.Equal(Content["model-00001-of-00002.safetensors"].Length, hub.Server.Requests.Where(request => request.Origin == Origin.Cdn).Sum(request => request.BytesSent));
    }

    [Fact]
    public async Task A_blob_that_python_left_whole_is_only_linked()
    {
        await using var hub = await StartAsync();
        var bytes = Content["model-00001-of-00002.safetensors"];
        var blob = hub.Cache.BlobPath(Model, LocalHub.Sha256(bytes));
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        File.WriteAllBytes(blob, bytes);

        var snapshot = await DownloadAsync(hub, only: "model-00001-of-00002.safetensors");

        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(snapshot, "model-00001-of-00002.safetensors")));
        Assert.DoesNotContain(hub.Server.Requests, IsContent);
    }

    [Fact]
    public async Task What_is_cached_is_found_and_a_link_that_leads_nowhere_is_not()
    {
        await using var hub = await StartAsync();
        var snapshot = await DownloadAsync(hub);
        var commit = Path.GetFileName(snapshot);

        Assert.Equal(Path.Combine(snapshot, "1_Pooling/config.json"), hub.Cache.Find(Model, commit, "1_Pooling/config.json"));
        Assert.Null(hub.Cache.Find(Model, commit, "absent.json"));
        Assert.Null(hub.Cache.Find(Model, commit, "../../refs/main"));
        hub.Cache.Place(Model, commit, "nowhere.json", LocalHub.Sha256([9]));
        Assert.Null(hub.Cache.Find(Model, commit, "nowhere.json"));
    }

    // the names that Python's client gave its partial files, before and since it stopped to share them
    [Theory]
    [InlineData(".incomplete")]
    [InlineData(".0123abcd.incomplete")]
    public async Task A_partial_file_of_someone_else_is_neither_used_nor_removed(string ending)
    {
        await using var hub = await StartAsync();
        var bytes = Content["model-00001-of-00002.safetensors"];
        var stale = hub.Cache.BlobPath(Model, LocalHub.Sha256(bytes)) + ending;
        Directory.CreateDirectory(Path.GetDirectoryName(stale)!);
        File.WriteAllBytes(stale, new byte[2_000_000]);

        var snapshot = await DownloadAsync(hub, only: "model-00001-of-00002.safetensors");

        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(snapshot, "model-00001-of-00002.safetensors")));
        Assert.Equal(2_000_000, new FileInfo(stale).Length);
    }

    [Fact]
    public async Task A_later_run_goes_on_where_an_earlier_one_was_stopped()
    {
        await using var hub = await StartAsync();
        using var stop = new CancellationTokenSource();
        var arrived = 0L;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DownloadAsync(
            hub,
            downloaded: bytes =>
            {
                if (Interlocked.Add(ref arrived, bytes) > 1_000_000)
                {
                    stop.Cancel();
                }
            },
            only: "model-00001-of-00002.safetensors",
            cancellation: stop.Token));
        hub.Server.ForgetRequests();

        var snapshot = await DownloadAsync(hub, only: "model-00001-of-00002.safetensors");

        Assert.Equal(Content["model-00001-of-00002.safetensors"], File.ReadAllBytes(Path.Combine(snapshot, "model-00001-of-00002.safetensors")));
        var request = Assert.Single(hub.Server.Requests, request => request.Origin == Origin.Cdn);
        Assert.Matches(@"^bytes=[12]\d{6}-$", request.Header("Range"));
        Assert.DoesNotContain(BlobsOf(hub), blob => blob.EndsWith(".incomplete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_partial_file_with_wrong_bytes_is_thrown_away()
    {
        await using var hub = await StartAsync();
        var bytes = Content["model-00001-of-00002.safetensors"];
        var stale = hub.Cache.BlobPath(Model, LocalHub.Sha256(bytes)) + ".mergeops-0.incomplete";
        Directory.CreateDirectory(Path.GetDirectoryName(stale)!);
        File.WriteAllBytes(stale, new byte[2_000_000]);

        var snapshot = await DownloadAsync(hub, only: "model-00001-of-00002.safetensors");

        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(snapshot, "model-00001-of-00002.safetensors")));
        Assert.False(File.Exists(stale));
    }

    [Fact]
    public async Task A_partial_file_that_another_process_writes_is_left_to_it()
    {
        await using var hub = await StartAsync();
        var bytes = Content["model-00001-of-00002.safetensors"];
        var busy = hub.Cache.BlobPath(Model, LocalHub.Sha256(bytes)) + ".mergeops-0.incomplete";
        Directory.CreateDirectory(Path.GetDirectoryName(busy)!);
        using var writer = new FileStream(busy, FileMode.CreateNew, FileAccess.Write, FileShare.None);

        await DownloadAsync(hub, only: "model-00001-of-00002.safetensors");

        Assert.True(File.Exists(busy));
        Assert.Equal(0, writer.Length);
    }

    [Fact]
    public async Task A_path_out_of_the_snapshot_is_refused_before_anything_is_asked()
    {
        await using var hub = await StartAsync();
        using var client = hub.Client();

        var refused = await Assert.ThrowsAsync<MergeOpsException>(() => new SnapshotDownload(client, hub.Cache, hub.Digests).RunAsync(
            Model, null, new string('0', 40), [new HashedFile("../../evil", 1, LocalHub.Sha256([1]))], null, LocalHub.Cancellation));

        Assert.Contains("'../../evil'", refused.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.False(Directory.Exists(hub.Cache.Folder));
    }

    [Fact]
    public async Task A_disk_that_is_too_small_is_noticed_before_the_download()
    {
        await using var hub = await StartAsync();
        using var client = hub.Client();

        var refused = await Assert.ThrowsAsync<MergeOpsException>(() => new SnapshotDownload(client, hub.Cache, hub.Digests).RunAsync(
            Model, null, new string('0', 40), [new HashedFile("huge", 1L << 60, LocalHub.Sha256([1]))], null, LocalHub.Cancellation));

        Assert.Equal(Codes.WriteFailed, refused.Diagnostic.Code);
        Assert.Contains("still needs 1153 PB", refused.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Empty(hub.Server.Requests);
    }

    [Fact]
    public async Task Where_links_are_unwanted_the_snapshot_holds_the_files_themselves()
    {
        await using var hub = await StartAsync();
        using var client = hub.Client();
        var cache = new HubCache(hub.Cache.Folder, usesLinks: false);
        var commit = hub.Server.Repository("org/model").Head.Id;

        var snapshot = await new SnapshotDownload(client, cache, hub.Digests).RunAsync(Model, null, commit, await FilesAsync(hub), null, LocalHub.Cancellation);

        Assert.All(Content, file =>
        {
            Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(snapshot, file.Key)));
            Assert.Null(new FileInfo(Path.Combine(snapshot, file.Key)).LinkTarget);
        });
    }

    [Fact]
    public async Task A_cut_is_gone_on_from_without_asking_for_what_arrived()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.Cut(after: 1_500_000), origin: Origin.Cdn, times: 1);

        var snapshot = await DownloadAsync(hub, only: "model-00001-of-00002.safetensors");

        Assert.Equal(Content["model-00001-of-00002.safetensors"], File.ReadAllBytes(Path.Combine(snapshot, "model-00001-of-00002.safetensors")));
        var requests = hub.Server.Requests.Where(request => request.Origin == Origin.Cdn).ToArray();
        Assert.Equal(2, requests.Length);
        Assert.Matches(@"^bytes=[1-9]\d*-$", requests[1].Header("Range"));
    }

    private static async Task<LocalHub> StartAsync(TestHubOptions? options = null)
    {
        var hub = await LocalHub.StartAsync(options);
        hub.Server.AddModel("org/model", Content);
        return hub;
    }

    private static async Task<FileListing> FilesAsync(LocalHub hub)
    {
        using var client = hub.Client();
        return await new HubRepositories(client).FilesAsync(Model, hub.Server.Repository("org/model").Head.Id, LocalHub.Cancellation);
    }

    private static async Task<string> DownloadAsync(
        LocalHub hub, string? revision = null, Action<long>? downloaded = null, string? only = null, CancellationToken? cancellation = null)
    {
        using var client = hub.Client();
        var all = await FilesAsync(hub);
        var files = only is null ? all : all.Among([only]);
        return await new SnapshotDownload(client, hub.Cache, hub.Digests).RunAsync(
            Model, revision, hub.Server.Repository("org/model").Head.Id, files, downloaded, cancellation ?? LocalHub.Cancellation);
    }

    private static bool IsContent(RecordedRequest request) =>
        request.Origin == Origin.Cdn || request.Path.Contains("/resolve", StringComparison.Ordinal);

    private static string[] BlobsOf(LocalHub hub) => [.. Directory.GetFiles(hub.Cache.BlobFolder(Model)).Select(path => Path.GetFileName(path))];

    private static void Flip(string path, int at)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var old = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(old ^ 1));
    }
}
