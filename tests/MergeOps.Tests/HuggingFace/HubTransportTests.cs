using System.Net;
using System.Net.Sockets;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using MergeOps.Tests.HuggingFace.Reading;
using Xunit;

namespace MergeOps.Tests.HuggingFace;

[RunsAlone("measures how slowly bytes come")]
public sealed class HubTransportTests
{
    private static readonly byte[] Weights = LocalHub.Bytes(100_000, seed: 1);

    // .NET's own redirects drop the token even there, so that a private repository's small files would be refused
    [Fact]
    public async Task The_token_stays_on_redirects_of_the_hub_itself()
    {
        await using var hub = await LocalHub.StartAsync();
        var repository = hub.Server.AddModel("org/new", HubRepositoriesTests.Files(("config.json", "{}")), isPrivate: true, renamedFrom: "org/old");
        using var client = hub.Client(hub.Server.Token);
        var files = await new HubRepositories(client).FilesAsync(LocalHub.Name("org/old"), repository.Head.Id, LocalHub.Cancellation);

        var config = await new HubFiles(client).ReadWholeAsync(
            new(LocalHub.Name("org/old"), repository.Head.Id, files.Find("config.json")!), 100, LocalHub.Cancellation);

        Assert.Equal("{}"u8.ToArray(), config);
        Assert.All(hub.Server.Requests, request => Assert.Equal($"Bearer {hub.Server.Token}", request.Header("Authorization")));
    }

    [Fact]
    public async Task The_content_host_sees_neither_token_nor_any_header_of_ours()
    {
        await using var hub = await LocalHub.StartAsync();
        var file = AddWeights(hub, isPrivate: true);
        using var client = hub.Client(hub.Server.Token);

        var bytes = await new HubFiles(client).ReadAsync(file, 1000, 500, LocalHub.Cancellation);

        Assert.Equal(Weights[1000..1500], bytes);
        var seen = Assert.Single(hub.Server.Requests, request => request.Origin == Origin.Cdn);
        Assert.Equal(["Accept-Encoding", "Host", "Range", "User-Agent"], seen.Headers.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_foreign_host_never_sees_the_token(int status)
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(Misbehave.RedirectToHost(hub.Server.ForeignEndpoint, status), origin: Origin.Hub);
        using var client = hub.Client(hub.Server.Token);

        var refused = await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubRepositories(client).InfoAsync(LocalHub.Name("org/model"), null, LocalHub.Cancellation));

        Assert.Equal(Codes.HubAnswerInvalid, refused.Diagnostic.Code);
        Assert.Contains("a web page", refused.Diagnostic.Detail, StringComparison.Ordinal);
        var seen = Assert.Single(hub.Server.Requests, request => request.Origin == Origin.Foreign);
        Assert.DoesNotContain(seen.Headers, header => header.Value.ToString().Contains(hub.Server.Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(Misbehave.RedirectLoop());

        var refused = await InfoRefusedAsync(hub);

        Assert.Equal(Codes.HubRedirectRefused, refused.Code);
        Assert.Equal(6, hub.Server.Requests.Count);
    }

    [Fact]
    public async Task A_redirect_to_something_else_than_http_is_refused()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(Misbehave.Redirect("file:///etc/passwd"));

        Assert.Equal(Codes.HubRedirectRefused, (await InfoRefusedAsync(hub)).Code);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_may_pass_is_tried_again(int status)
    {
        await using var hub = await LocalHub.StartAsync();
        AddWeights(hub);
        hub.Server.Faults.Add(Misbehave.Status(status), times: 2);
        using var client = hub.Client();

        await new HubRepositories(client).InfoAsync(LocalHub.Name("org/model"), null, LocalHub.Cancellation);

        Assert.Equal([1, 2], hub.Clock.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task What_does_not_pass_ends_with_the_status()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(Misbehave.Status(503));

        var refused = await InfoRefusedAsync(hub);

        Assert.Equal(Codes.HubFailed, refused.Code);
        Assert.Contains("503 for 'org/model'", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(6, hub.Server.Requests.Count);
    }

    [Fact]
    public async Task The_wait_that_the_hub_names_is_kept_and_told()
    {
        await using var hub = await LocalHub.StartAsync();
        AddWeights(hub);
        hub.Server.Faults.Add(Misbehave.RateLimited(55), times: 1);
        using var client = hub.Client();

        await new HubRepositories(client).InfoAsync(LocalHub.Name("org/model"), null, LocalHub.Cancellation);

        Assert.Equal(56, Assert.Single(hub.Clock.Waits).TotalSeconds);
        Assert.Equal("The Hub's rate limit is reached: trying again in 56 s (1 of 5)", Assert.Single(hub.Reported));
    }

    [Fact]
    public async Task A_wait_longer_than_any_window_of_the_hub_is_not_waited()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(Misbehave.RateLimited(3600));

        var refused = await InfoRefusedAsync(hub);

        Assert.Equal(Codes.HubRateLimited, refused.Code);
        Assert.Contains("for 3601 s", refused.Detail, StringComparison.Ordinal);
        Assert.Empty(hub.Clock.Waits);
    }

    [Fact]
    public async Task What_may_have_been_done_is_not_sent_again()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(Misbehave.Status(500));
        using var client = hub.Client();
        var request = new HubRequest(HttpMethod.Post, "api/models/org/model/commit/main", new HubSubject(LocalHub.Name("org/model")))
        {
            Content = () => new StringContent("{}"),
        };

        await Assert.ThrowsAsync<MergeOpsException>(() => client.SendAsync(request, LocalHub.Cancellation));

        Assert.Single(hub.Server.Requests);
    }

    [Fact]
    public async Task A_body_is_sent_with_its_length_and_anew_for_each_attempt()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(Misbehave.Status(503), times: 1);
        hub.Server.Faults.Add(async (context, _) => await context.Request.Body.CopyToAsync(context.Response.Body));
        using var client = hub.Client();
        var request = new HubRequest(HttpMethod.Put, "echo", new HubSubject())
        {
            Content = () => new StreamContent(new MemoryStream(Weights)),
            MayRepeat = true,
        };

        Assert.Equal(Weights, await client.ReadAllAsync(request, Weights.Length, LocalHub.Cancellation));
        Assert.All(hub.Server.Requests, seen => Assert.Equal("100000", seen.Header("Content-Length")));
    }

    // RFC 9110: only 307 and 308 keep method and body
    [Theory]
    [InlineData(301, false)]
    [InlineData(302, false)]
    [InlineData(303, false)]
    [InlineData(307, true)]
    [InlineData(308, true)]
    public async Task A_body_is_sent_again_where_the_hub_asks_for_it_at_another_place_of_its_own(int status, bool isSent)
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(Misbehave.Redirect("/new", status), path: "/old");
        hub.Server.Faults.Add(async (context, _) => await context.Request.Body.CopyToAsync(context.Response.Body), path: "/new");
        using var client = hub.Client(hub.Server.Token);

        var sent = await Record.ExceptionAsync(async () => Assert.Equal(Weights, await client.ReadAllAsync(Upload("old"), Weights.Length, LocalHub.Cancellation)));

        Assert.Equal(isSent ? null : Codes.HubRedirectRefused, (sent as MergeOpsException)?.Diagnostic.Code);
        Assert.Equal(isSent ? 2 : 1, hub.Server.Requests.Count);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_body_is_never_sent_on_to_another_host(int status)
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(Misbehave.RedirectToHost(hub.Server.ForeignEndpoint, status), origin: Origin.Hub);
        using var client = hub.Client(hub.Server.Token);

        var refused = await Assert.ThrowsAsync<MergeOpsException>(() => client.ReadAllAsync(Upload("old"), Weights.Length, LocalHub.Cancellation));

        Assert.Equal(Codes.HubRedirectRefused, refused.Diagnostic.Code);
        Assert.DoesNotContain(hub.Server.Requests, request => request.Origin == Origin.Foreign);
    }

    private static HubRequest Upload(string path) => new(HttpMethod.Put, path, new HubSubject())
    {
        Content = () => new ByteArrayContent(Weights),
        MayRepeat = true,
    };

    [Fact]
    public async Task Every_request_names_the_program_and_itself()
    {
        await using var hub = await LocalHub.StartAsync();
        var file = AddWeights(hub);
        using var client = hub.Client();
        await new HubFiles(client).ReadAsync(file, 0, 8, LocalHub.Cancellation);

        var requests = hub.Server.Requests.ToArray();

        Assert.All(requests, seen => Assert.Matches(@"^mergeops/\d+\.\d+\.\d+[^;]*; dotnet/10\.", seen.Header("User-Agent")));
        Assert.True(Guid.TryParse(requests[0].Header("X-Amzn-Trace-Id"), out _));
    }

    [Fact]
    public async Task A_warning_of_the_hub_is_passed_on_once()
    {
        await using var hub = await LocalHub.StartAsync();
        AddWeights(hub);
        hub.Server.Faults.Add(Misbehave.Header("X-HF-Warning", "old-client; Please upgrade."));
        using var client = hub.Client();

        await new HubRepositories(client).InfoAsync(LocalHub.Name("org/model"), null, LocalHub.Cancellation);
        await new HubRepositories(client).InfoAsync(LocalHub.Name("org/model"), null, LocalHub.Cancellation);

        Assert.Equal($"{hub.Server.Endpoint.Authority}: Please upgrade.", Assert.Single(hub.Reported));
    }

    [Theory]
    [InlineData("http://mirror.example", true)]
    [InlineData("https://mirror.example", false)]
    [InlineData("http://127.0.0.1:8080", false)]
    public async Task A_token_that_may_travel_in_the_open_is_warned_of(string endpoint, bool isWarned)
    {
        await using var hub = await LocalHub.StartAsync();
        using var client = hub.Client(hub.Settings(hub.Server.Token) with { Endpoint = new Uri(endpoint), AllowsClearText = true });

        Assert.Equal(isWarned, hub.Reported.Count == 1 && hub.Reported[0].Contains("without encryption", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_sends_a_byte_now_and_then_is_given_up()
    {
        await using var hub = await LocalHub.StartAsync();
        var file = AddWeights(hub);
        hub.Server.Faults.Add(Misbehave.Slow(TimeSpan.FromMilliseconds(30), bytesAtATime: 1));
        using var client = hub.Client(hub.Settings() with { ReadTimeout = TimeSpan.FromMilliseconds(300) });

        var asked = await Assert.ThrowsAsync<MergeOpsException>(() => new HubRepositories(client).InfoAsync(file.Repository, null, LocalHub.Cancellation));
        var read = await Assert.ThrowsAsync<MergeOpsException>(() => new HubFiles(client).ReadAsync(file, 0, 4096, LocalHub.Cancellation));
        var fetched = await Assert.ThrowsAsync<MergeOpsException>(
            () => new SnapshotDownload(client, hub.Cache, hub.Digests).RunAsync(file.Repository, null, file.Commit, [file.Content], null, LocalHub.Cancellation));

        foreach (var failure in (MergeOpsException[])[asked, read, fetched])
        {
            Assert.Equal(Codes.HubUnreachable, failure.Diagnostic.Code);
            Assert.Matches(@"only \d+ B came in 0\.[3-9] s", failure.Diagnostic.Detail);
        }
    }

    [Fact]
    public async Task An_upload_that_nobody_takes_is_given_up()
    {
        await using var hub = await LocalHub.StartAsync();
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        var moment = TimeSpan.FromMilliseconds(300);
        using var client = hub.Client(hub.Settings() with { MetadataTimeout = moment, WriteTimeout = moment });
        var request = new HubRequest(HttpMethod.Put, new Uri($"http://{deaf.LocalEndpoint}/object"), new HubSubject())
        {
            Content = () => new ByteArrayContent(new byte[64 << 20]),
        };

        var failure = await Assert.ThrowsAsync<MergeOpsException>(() => client.SendAsync(request, LocalHub.Cancellation));

        Assert.Equal(Codes.HubUnreachable, failure.Diagnostic.Code);
        Assert.Contains("no answer within 0.3 s", failure.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_slow_and_steady_is_waited_for()
    {
        await using var hub = await LocalHub.StartAsync();
        var file = AddWeights(hub);
        hub.Server.Faults.Add(Misbehave.Slow(TimeSpan.FromMilliseconds(20), bytesAtATime: 1024));
        using var client = hub.Client(hub.Settings() with { ReadTimeout = TimeSpan.FromMilliseconds(300) });

        Assert.Equal(16_384, (await new HubFiles(client).ReadAsync(file, 0, 16_384, LocalHub.Cancellation)).Length);
    }

    [Fact]
    public async Task A_token_that_may_not_travel_in_the_open_stays_here()
    {
        await using var hub = await LocalHub.StartAsync();
        var open = hub.Settings(hub.Server.Token) with { Endpoint = new Uri("http://mirror.example") };
        using var closed = new HubMessages(open).Of(new HubRequest(HttpMethod.Get, "x", new HubSubject()), open.Below("x"), TimeSpan.FromMinutes(1), () => { });
        using var allowed = new HubMessages(open with { AllowsClearText = true }).Of(new HubRequest(HttpMethod.Get, "x", new HubSubject()), open.Below("x"), TimeSpan.FromMinutes(1), () => { });

        Assert.Null(closed.Headers.Authorization);
        Assert.NotNull(allowed.Headers.Authorization);
    }

    [Theory]
    [InlineData("*/revision/*", null)]
    [InlineData("*/resolve/*", "X-Repo-Commit")]
    public async Task An_answer_about_another_commit_is_refused(string path, string? header)
    {
        await using var hub = await LocalHub.StartAsync();
        var file = AddWeights(hub);
        var other = new string('e', 40);
        hub.Server.Faults.Add(
            header is null ? Misbehave.Answer(200, "application/json", $$"""{"id":"org/model","sha":"{{other}}"}""") : Misbehave.Header(header, other), path);
        using var client = hub.Client();

        var refused = await Assert.ThrowsAsync<MergeOpsException>(() => header is null
            ? new HubRepositories(client).InfoAsync(file.Repository, file.Commit, LocalHub.Cancellation)
            : new HubFiles(client).ReadAsync(file, 0, 16, LocalHub.Cancellation));

        Assert.Equal(Codes.HubAnswerInvalid, refused.Diagnostic.Code);
        Assert.Contains($"about the commit '{other}'", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("a/../../x")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\\\x")]
    [InlineData("C:x")]
    [InlineData("a//b")]
    [InlineData("./x")]
    [InlineData("a\\u0000b")]
    public async Task A_list_that_names_a_file_outside_of_the_repository_is_refused_by_name(string path)
    {
        await using var hub = await LocalHub.StartAsync();
        var (name, commit, _) = AddWeights(hub);
        var entry = $$"""{"type":"file","path":"{{path}}","size":1,"oid":"{{new string('a', 40)}}"}""";
        hub.Server.Faults.Add(Misbehave.Answer(200, "application/json", $"[{entry}]"), "*/tree/*");
        using var client = hub.Client();

        var refused = await Assert.ThrowsAsync<MergeOpsException>(() => new HubRepositories(client).FilesAsync(name, commit, LocalHub.Cancellation));

        Assert.Equal(Codes.HubAnswerInvalid, refused.Diagnostic.Code);
        Assert.Contains("outside the repository", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_names_a_file_twice_is_refused()
    {
        await using var hub = await LocalHub.StartAsync();
        var (name, commit, _) = AddWeights(hub);
        var entry = $$"""{"type":"file","path":"x","size":1,"oid":"{{new string('a', 40)}}"}""";
        hub.Server.Faults.Add(Misbehave.Answer(200, "application/json", $"[{entry},{entry}]"), "*/tree/*");
        using var client = hub.Client();

        var refused = await Assert.ThrowsAsync<MergeOpsException>(() => new HubRepositories(client).FilesAsync(name, commit, LocalHub.Cancellation));

        Assert.Contains("'x' twice", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Sign in</html>", "a web page")]
    [InlineData("[1", "no JSON")]
    [InlineData("[]", "an object")]
    [InlineData("""{"id":"org/model","sha":"main"}""", "a commit 'sha'")]
    [InlineData("""{"id":"org/model","id":"other","sha":"0123456789012345678901234567890123456789"}""", "no JSON")]
    public async Task An_answer_that_is_none_is_said_to_be_so(string answer, string reason)
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(Misbehave.Answer(200, "text/html", answer));

        var refused = await InfoRefusedAsync(hub);

        Assert.Equal(Codes.HubAnswerInvalid, refused.Code);
        Assert.Contains(reason, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.Faults.Add(async (context, _) =>
        {
            var zeros = new byte[1 << 20];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(zeros, context.RequestAborted);
            }
        });

        Assert.Contains("more than 33.6 MB", (await InfoRefusedAsync(hub)).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stalls", "nothing came for")]
    [InlineData("never", "no answer within")]
    public async Task A_server_that_falls_silent_is_given_up(string way, string reason)
    {
        await using var hub = await LocalHub.StartAsync();
        AddWeights(hub);
        hub.Server.Faults.Add(way == "stalls" ? Misbehave.Stall(after: 10) : Misbehave.Never());
        var moment = TimeSpan.FromMilliseconds(100);
        using var client = hub.Client(hub.Settings() with { MetadataTimeout = moment, ReadTimeout = moment });

        var refused = await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubRepositories(client).InfoAsync(LocalHub.Name("org/model"), null, LocalHub.Cancellation));

        Assert.Equal(Codes.HubUnreachable, refused.Diagnostic.Code);
        Assert.Contains(reason, refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_is_that_of_the_hub_and_not_of_the_content_host()
    {
        await using var hub = await LocalHub.StartAsync();
        var file = AddWeights(hub);
        using var client = hub.Client();

        var metadata = await new HubFiles(client).MetadataAsync(file.Repository, file.Commit, file.Path, LocalHub.Cancellation);

        Assert.Equal(new FileMetadata(file.Commit, Weights.Length, LocalHub.Sha256(Weights)), metadata);
        Assert.DoesNotContain(hub.Server.Requests, request => request.Origin == Origin.Cdn);
    }

    [Fact]
    public async Task Metadata_of_a_small_file_comes_behind_a_redirect()
    {
        await using var hub = await LocalHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", HubRepositoriesTests.Files(("a b/hello#1.txt", "hello\n")));
        using var client = hub.Client();

        var metadata = await new HubFiles(client).MetadataAsync(LocalHub.Name("org/model"), repository.Head.Id, "a b/hello#1.txt", LocalHub.Cancellation);

        // as `git hash-object` gives it
        Assert.Equal(new FileMetadata(repository.Head.Id, 6, new BlobDigest(DigestKind.GitBlob, "ce013625030ba8dba906f756967f9e9ca394464a")), metadata);
    }

    // Python's client takes any of these as the name of a file
    [Theory]
    [InlineData("\"../../../../evil\"")]
    [InlineData("\"\"")]
    [InlineData("\"ce013625030ba8dba906f756967f9e9ca394464\"")]
    [InlineData("\"CE013625030BA8DBA906F756967F9E9CA394464A\"")]
    [InlineData("W/\"d41d8cd98f00b204e9800998ecf8427e-1\"")]
    public async Task An_etag_that_is_no_digest_names_nothing(string etag)
    {
        await using var hub = await LocalHub.StartAsync();
        var file = AddWeights(hub);
        hub.Server.Faults.Add(Misbehave.Header("X-Linked-Etag", etag), method: "HEAD");
        using var client = hub.Client();

        var refused = await Assert.ThrowsAsync<MergeOpsException>(() => new HubFiles(client).MetadataAsync(file.Repository, file.Commit, file.Path, LocalHub.Cancellation));

        Assert.Equal(Codes.HubAnswerInvalid, refused.Diagnostic.Code);
        Assert.Contains("ETag", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_of_another_commit_is_refused()
    {
        await using var hub = await LocalHub.StartAsync();
        var file = AddWeights(hub);
        using var client = hub.Client();

        var refused = await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubFiles(client).MetadataAsync(file.Repository, "main", file.Path, LocalHub.Cancellation));

        Assert.Contains("about the commit", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_are_cut_where_the_file_ends()
    {
        await using var hub = await LocalHub.StartAsync();
        var file = AddWeights(hub);
        using var client = hub.Client();
        var files = new HubFiles(client);

        Assert.Equal(Weights[99_990..], await files.ReadAsync(file, 99_990, 100, LocalHub.Cancellation));
        Assert.Equal(Weights, await files.ReadAsync(file, 0, 1 << 20, LocalHub.Cancellation));
        Assert.Empty(await files.ReadAsync(file, 100_000, 100, LocalHub.Cancellation));
    }

    [Fact]
    public async Task A_whole_file_is_not_read_when_it_is_too_large_or_not_what_was_listed()
    {
        await using var hub = await LocalHub.StartAsync();
        var file = AddWeights(hub);
        using var client = hub.Client();
        var files = new HubFiles(client);

        Assert.Contains(
            "at most 1.00 kB",
            (await Assert.ThrowsAsync<MergeOpsException>(() => files.ReadWholeAsync(file, 1000, LocalHub.Cancellation))).Diagnostic.Detail,
            StringComparison.Ordinal);
        var other = file with { Content = file.Content with { Digest = LocalHub.Sha256([1]) } };
        var differs = await Assert.ThrowsAsync<MergeOpsException>(() => files.ReadWholeAsync(other, 1 << 20, LocalHub.Cancellation));
        Assert.Equal(Codes.DownloadDiffers, differs.Diagnostic.Code);
        Assert.Contains("'model.safetensors' of 'org/model'", differs.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_leaves_the_repository_is_not_asked_for()
    {
        await using var hub = await LocalHub.StartAsync();
        using var client = hub.Client();

        await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubFiles(client).MetadataAsync(LocalHub.Name("org/model"), new string('0', 40), "../../secret", LocalHub.Cancellation));

        Assert.Empty(hub.Server.Requests);
    }

    private static CommitFile AddWeights(LocalHub hub, bool isPrivate = false)
    {
        var repository = hub.Server.AddModel("org/model", new Dictionary<string, byte[]> { ["model.safetensors"] = Weights }, isPrivate);
        return new(LocalHub.Name("org/model"), repository.Head.Id, new("model.safetensors", Weights.Length, LocalHub.Sha256(Weights)));
    }

    private static async Task<Diagnostic> InfoRefusedAsync(LocalHub hub)
    {
        using var client = hub.Client();
        return (await Assert.ThrowsAsync<MergeOpsException>(
            () => new HubRepositories(client).InfoAsync(LocalHub.Name("org/model"), null, LocalHub.Cancellation))).Diagnostic;
    }
}
