using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using Xunit;

namespace MergeOps.Tests.HuggingFace.Cache;

/// <summary>
/// Ways in which a download goes wrong: each ends with its code and a message that names the file and the cause, leaves
/// nothing wrong in the cache, and is made good by the next run, which fetches nothing that was whole.
/// </summary>
[RunsAlone("measures how slowly bytes come")]
public sealed class DownloadFaultTests
{
    private const string Shard = "model-00001-of-00002.safetensors";
    private const string Whole = "model-00002-of-00002.safetensors";

    private static readonly RepositoryName Model = LocalHub.Name("org/model");

    private static readonly Dictionary<string, byte[]> Content = new()
    {
        ["config.json"] = "{\"model_type\": \"llama\"}"u8.ToArray(),
        [Shard] = LocalHub.Bytes(3_000_000, seed: 1),
        [Whole] = LocalHub.Bytes(200_000, seed: 2),
    };

    private static readonly Dictionary<string, Fault> Lasting = new()
    {
        ["cut"] = Misbehave.Cut(),
        ["cut at the start"] = Misbehave.Cut(after: 0),
        ["cut without a length"] = Misbehave.CutWithoutLength(),
        ["reset"] = Misbehave.Reset(),
        ["stall"] = Misbehave.Stall(),
        ["never"] = Misbehave.Never(),
        ["flipped bit"] = Misbehave.FlipBit(),
        ["longer"] = Misbehave.Longer(),
        ["packed"] = Misbehave.GzipBomb(),
        ["sign-in page"] = Misbehave.SignInPage(),
        ["header flood"] = Misbehave.HeaderFlood(),
        ["redirect loop"] = Misbehave.RedirectLoop(),
        ["file address"] = Misbehave.Redirect("file:///etc/passwd"),
        ["expired address"] = Misbehave.ExpiredUrl(),
        ["400"] = Misbehave.Status(400),
        ["404"] = Misbehave.Status(404),
        ["416"] = Misbehave.Status(416),
        ["429"] = Misbehave.RateLimited(3600),
        ["500"] = Misbehave.Status(500),
        ["503"] = Misbehave.Status(503),
        ["204"] = Misbehave.Status(204),
    };

    [Theory]
    // a reset may overtake the answer's first bytes: then the connection did not break, nothing came at all
    [InlineData("cut", "MOPS231", "127.0.0.1")]
    [InlineData("cut at the start", "MOPS231", "127.0.0.1")]
    [InlineData("cut without a length", "MOPS237", "answered 200")]
    [InlineData("reset", "MOPS231", "127.0.0.1")]
    [InlineData("stall", "MOPS231", "nothing came for 0.1 s")]
    [InlineData("never", "MOPS231", "no answer within 0.1 s")]
    [InlineData("flipped bit", "MOPS246", "are not the 3.00 MB with sha256:")]
    [InlineData("longer", "MOPS237", "3,000,016 bytes, but the file has 3,000,000")]
    [InlineData("packed", "MOPS237", "compressed")]
    [InlineData("sign-in page", "MOPS237", "A web page came instead")]
    [InlineData("header flood", "MOPS231", "headers")]
    [InlineData("redirect loop", "MOPS238", "one redirect too many")]
    [InlineData("file address", "MOPS238", "less secure")]
    [InlineData("expired address", "MOPS235", "answered 403")]
    [InlineData("400", "MOPS235", "answered 400")]
    [InlineData("404", "MOPS235", "answered 404")]
    [InlineData("416", "MOPS237", "answered 416")]
    [InlineData("429", "MOPS235", "answered 429")]
    [InlineData("500", "MOPS235", "answered 500")]
    [InlineData("503", "MOPS235", "answered 503")]
    [InlineData("204", "MOPS237", "answered 204")]
    public async Task A_lasting_fault_ends_with_its_cause_and_the_next_run_makes_it_good(string mode, string code, string cause)
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Lasting[mode], ShardOnly, origin: Origin.Cdn);

        var isSilent = mode is "stall" or "never";
        var failure = await Assert.ThrowsAsync<MergeOpsException>(() => DownloadAsync(hub, isSilent ? TimeSpan.FromMilliseconds(100) : null));

        Assert.Equal((code, 3), (failure.Diagnostic.Code.Id, (int)failure.Diagnostic.Code.Kind));
        Assert.Contains($"'{Shard}' of 'org/model'", failure.Diagnostic.Detail, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(cause, failure.Diagnostic.Detail, StringComparison.Ordinal);
        await AssertMadeGoodAsync(hub);
    }

    [Theory]
    [InlineData("ignored range")]
    [InlineData("wrong range")]
    [InlineData("refused range")]
    public async Task A_host_that_cannot_go_on_after_a_cut_is_asked_for_the_whole(string mode)
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.Cut(after: 1_500_000), ShardOnly, origin: Origin.Cdn, times: 1);
        hub.Server.Faults.Add(
            mode switch
            {
                "ignored range" => Misbehave.IgnoreRange(),
                "wrong range" => Misbehave.WrongRange(),
                _ => Misbehave.Status(416),
            },
            ShardOnly,
            origin: Origin.Cdn,
            times: 1);

        var snapshot = await DownloadAsync(hub);

        Assert.Equal(Content[Shard], File.ReadAllBytes(Path.Combine(snapshot, Shard)));
        Assert.Equal([true, false, true], RequestsOfShard(hub).Select(request => request.Header("Range") is null));
    }

    [Fact]
    public async Task A_content_that_changes_after_a_cut_is_not_spliced()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.Cut(after: 1_500_000), ShardOnly, origin: Origin.Cdn, times: 1);
        hub.Server.Faults.Add(Misbehave.FlipBit(position: 10), ShardOnly, origin: Origin.Cdn, times: 1);

        var snapshot = await DownloadAsync(hub);

        Assert.Equal(Content[Shard], File.ReadAllBytes(Path.Combine(snapshot, Shard)));
        Assert.Equal(3, RequestsOfShard(hub).Length);
    }

    [Fact]
    public async Task A_signed_address_that_ran_out_is_made_anew()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.Cut(after: 1_500_000), ShardOnly, origin: Origin.Cdn, times: 1);
        hub.Server.Faults.Add(Misbehave.ExpiredUrl(), ShardOnly, origin: Origin.Cdn, times: 1);

        var snapshot = await DownloadAsync(hub);

        Assert.Equal(Content[Shard], File.ReadAllBytes(Path.Combine(snapshot, Shard)));
        Assert.Equal([200, 403, 206], RequestsOfShard(hub).Select(request => request.Status));
    }

    [Fact]
    public async Task A_slow_host_is_waited_for_as_long_as_something_comes()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.Slow(TimeSpan.FromMilliseconds(20), bytesAtATime: 100_000), ShardOnly, origin: Origin.Cdn);

        var snapshot = await DownloadAsync(hub, TimeSpan.FromMilliseconds(400));

        Assert.Equal(Content[Shard], File.ReadAllBytes(Path.Combine(snapshot, Shard)));
        Assert.Single(RequestsOfShard(hub));
    }

    [Fact]
    public async Task A_small_file_is_checked_by_git_s_digest()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.FlipBit(), "*/resolve-cache/*/config.json*");

        var failure = await Assert.ThrowsAsync<MergeOpsException>(() => DownloadAsync(hub));

        Assert.Equal(Codes.DownloadDiffers, failure.Diagnostic.Code);
        Assert.Contains("'config.json' of 'org/model'", failure.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Contains("git:", failure.Diagnostic.Detail, StringComparison.Ordinal);
        hub.Server.Faults.Clear();
        Assert.Equal(Content["config.json"], File.ReadAllBytes(Path.Combine(await DownloadAsync(hub), "config.json")));
    }

    private static string ShardOnly => $"*/{LocalHub.Sha256(Content[Shard]).Hex}?*";

    private static RecordedRequest[] RequestsOfShard(LocalHub hub) =>
        [.. hub.Server.Requests.Where(request => request.Origin == Origin.Cdn && request.Path.Contains(LocalHub.Sha256(Content[Shard]).Hex, StringComparison.Ordinal))];

    private static async Task AssertMadeGoodAsync(LocalHub hub)
    {
        Assert.Empty(CacheVerifier.Check(Assert.Single(CacheScan.Of(hub.Cache)), _ => { }, LocalHub.Cancellation));
        Assert.Null(hub.Cache.ReadRef(Model, "main"));
        hub.Server.Faults.Clear();
        var whole = Directory.GetFiles(hub.Cache.BlobFolder(Model)).Select(path => Path.GetFileName(path)).Where(name => !name.Contains('.', StringComparison.Ordinal)).ToArray();
        hub.Server.ForgetRequests();

        var snapshot = await DownloadAsync(hub);

        Assert.All(Content, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(snapshot, file.Key))));
        Assert.DoesNotContain(hub.Server.Requests, request => whole.Any(blob => request.Path.Contains(blob, StringComparison.Ordinal)));
        Assert.Empty(CacheVerifier.Check(Assert.Single(CacheScan.Of(hub.Cache)), _ => { }, LocalHub.Cancellation));
        Assert.Empty(Directory.GetFiles(hub.Cache.Folder, "*.incomplete", SearchOption.AllDirectories));
    }

    private static async Task<LocalHub> StartAsync()
    {
        var hub = await LocalHub.StartAsync();
        hub.Server.AddModel("org/model", Content);
        return hub;
    }

    private static async Task<string> DownloadAsync(LocalHub hub, TimeSpan? idleTimeout = null)
    {
        using var client = hub.Client(hub.Settings() with { ReadTimeout = idleTimeout ?? TimeSpan.FromSeconds(20), MetadataTimeout = idleTimeout ?? TimeSpan.FromSeconds(20) });
        var commit = hub.Server.Repository("org/model").Head.Id;
        FileListing files =
        [
            .. (await new HubRepositories(client).FilesAsync(Model, commit, LocalHub.Cancellation)).Where(file => Content.ContainsKey(file.Path)),
        ];
        return await new SnapshotDownload(client, hub.Cache, hub.Digests).RunAsync(Model, "main", commit, files, null, LocalHub.Cancellation);
    }
}
