using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using Xunit;

namespace MergeOps.Tests.TestHub;

/// <summary>Each way to misbehave does what its name says, and nothing else.</summary>
[RunsAlone("measures how slowly bytes come")]
public sealed class FaultTests
{
    private const string Large = "/org/model/resolve/main/a.safetensors";
    private static readonly byte[] Weights = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_fault_strikes_as_often_as_told_where_told_and_counts()
    {
        await using var hub = await StartAsync();
        var fault = hub.Server.Faults.Add(Misbehave.Status(503), "*/resolve/*.safetensors", "GET", skip: 1, times: 2);

        Assert.Equal("302 503 503 302", await StatusesAsync(hub, Large, 4));
        Assert.Equal(2, fault.Hits);
        Assert.Equal("307", await StatusesAsync(hub, "/org/model/resolve/main/config.json", 1));

        hub.Server.Faults.Add(Misbehave.Status(500));
        hub.Server.Faults.Clear();
        Assert.Equal("302", await StatusesAsync(hub, Large, 1));
    }

    [Fact]
    public async Task A_cut_body_never_arrives_whole()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.Cut(), origin: Origin.Cdn);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => BodyAsync(hub));
    }

    [Fact]
    public async Task A_reset_connection_is_reset()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.Reset(), origin: Origin.Cdn);

        var failure = await Assert.ThrowsAnyAsync<HttpRequestException>(() => BodyAsync(hub));

        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(failure.GetBaseException()).SocketErrorCode);
    }

    [Fact]
    public async Task A_body_cut_without_a_length_looks_whole()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.CutWithoutLength(), origin: Origin.Cdn);

        using var answer = await BodyAsync(hub, HttpCompletionOption.ResponseHeadersRead);

        Assert.Null(answer.Content.Headers.ContentLength);
        Assert.Equal(Weights[..2500], await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_flipped_bit_is_one_bit()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.FlipBit(), origin: Origin.Cdn);

        using var answer = await BodyAsync(hub);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancellation);

        Assert.Equal(Weights[2500] ^ 1, bytes[2500]);
        bytes[2500] ^= 1;
        Assert.Equal(Weights, bytes);
    }

    [Fact]
    public async Task A_longer_body_says_so_in_its_length()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.Longer(), origin: Origin.Cdn);

        using var answer = await BodyAsync(hub);

        Assert.Equal(5016, (await answer.Content.ReadAsByteArrayAsync(Cancellation)).Length);
    }

    [Fact]
    public async Task An_ignored_range_is_200_with_everything_and_a_wrong_one_begins_elsewhere()
    {
        await using var hub = await StartAsync();

        hub.Server.Faults.Add(Misbehave.IgnoreRange(), origin: Origin.Cdn, times: 1);
        using var ignored = await BodyAsync(hub, headers: ("Range", "bytes=1000-1999"));
        hub.Server.Faults.Add(Misbehave.WrongRange(), origin: Origin.Cdn);
        using var wrong = await BodyAsync(hub, headers: ("Range", "bytes=1000-1999"));

        Assert.Equal(HttpStatusCode.OK, ignored.StatusCode);
        Assert.Equal(Weights, await ignored.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(HttpStatusCode.PartialContent, wrong.StatusCode);
        Assert.Equal(0, wrong.Content.Headers.ContentRange!.From);
        Assert.Equal("bytes=1000-1999", hub.Server.Requests.Last().Header("Range"));
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("")]
    public async Task An_etag_can_be_anything(string etag)
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.ETag(etag));

        using var answer = await hub.SendAsync(HttpMethod.Head, Large);

        Assert.Equal($"\"{etag}\"", answer.Headers.GetValues("X-Linked-Etag").Single());
    }

    [Fact]
    public async Task Headers_can_be_wrong_or_missing()
    {
        await using var hub = await StartAsync(pageSize: 1);
        hub.Server.Faults.Add(Misbehave.LinkedSize(1), "*/resolve/*");
        hub.Server.Faults.Add(Misbehave.Without("Link"), "*/tree/*");
        hub.Server.Faults.Add(Misbehave.Header("X-Repo-Commit", "nonsense"), "*/raw/*");

        using var head = await hub.SendAsync(HttpMethod.Head, Large);
        using var tree = await hub.GetAsync("/api/models/org/model/tree/main");
        using var raw = await hub.GetAsync("/org/model/raw/main/config.json");

        Assert.Equal("1", head.Headers.GetValues("X-Linked-Size").Single());
        Assert.False(tree.Headers.Contains("Link"));
        Assert.Equal("nonsense", raw.Headers.GetValues("X-Repo-Commit").Single());
    }

    [Fact]
    public async Task A_refusal_for_want_of_quota_says_when_it_comes_back()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.RateLimited(seconds: 7));

        using var answer = await hub.GetAsync("/api/models/org/model");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("\"api\";r=0;t=7", answer.Headers.GetValues("RateLimit").Single());
    }

    [Fact]
    public async Task Redirects_can_go_round_or_to_a_host_that_records_what_it_was_given()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.RedirectLoop(), times: 1);
        hub.Server.Faults.Add(Misbehave.RedirectToHost(hub.Server.ForeignEndpoint), origin: Origin.Hub);

        using var round = await hub.GetAsync(Large);
        using var away = await hub.GetAsync(Large);
        using var there = await hub.SendAsync(HttpMethod.Get, away.Headers.Location!.ToString(), token: "hf_leaked");

        Assert.Equal(Large, round.Headers.Location!.ToString());
        Assert.Equal(new Uri(hub.Server.ForeignEndpoint, Large), away.Headers.Location);
        var seen = hub.Server.Requests.Single(request => request.Origin == Origin.Foreign);
        Assert.Equal(("Bearer hf_leaked", Large), (seen.Header("Authorization"), seen.Path));
    }

    [Fact]
    public async Task A_500_after_the_commit_and_a_lost_answer_both_leave_the_commit()
    {
        await using var hub = await StartAsync();
        var repository = hub.Server.Repository("org/model");
        var before = repository.Head;

        hub.Server.Faults.Add(Misbehave.StatusAfterwards(), "*/commit/*", times: 1);
        using var answer = await CommitAsync(hub);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(before, repository.Head.Parent);

        hub.Server.Faults.Add(Misbehave.LoseAnswer(), "*/commit/*", times: 1);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => CommitAsync(hub));
        Assert.Equal(before, repository.Head.Parent!.Parent);
    }

    [Fact]
    public async Task Somebody_can_commit_first()
    {
        await using var hub = await StartAsync();
        var repository = hub.Server.Repository("org/model");
        hub.Server.Faults.Add(Misbehave.First(() => repository.Push("somebody else", new Dictionary<string, byte[]?> { ["x"] = [1] })), "*/commit/*", times: 1);

        using var answer = await CommitAsync(hub, repository.Head.Id);

        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
    }

    [Fact]
    public async Task Silence_is_silence_until_the_caller_hangs_up()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.Never(), "/never");
        hub.Server.Faults.Add(Misbehave.Stall(after: 100), origin: Origin.Cdn);
        using var idleTimeout = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var never = hub.Client.GetAsync(new Uri(hub.Server.Endpoint, "/never"), idleTimeout.Token);
        using var stalled = await BodyAsync(hub, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await stalled.Content.ReadAsStreamAsync(Cancellation);
        var first = new byte[100];
        await body.ReadExactlyAsync(first, Cancellation);
        var next = body.ReadAsync(new byte[1], idleTimeout.Token).AsTask();

        Assert.Equal(Weights[..100], first);
        Assert.False(never.IsCompleted || next.IsCompleted);
        await idleTimeout.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never);
    }

    [Fact]
    public async Task A_slow_body_is_whole()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.Slow(TimeSpan.FromMilliseconds(1)), origin: Origin.Cdn);

        using var answer = await BodyAsync(hub);

        Assert.Equal(Weights, await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task A_bomb_is_small_on_the_wire()
    {
        await using var hub = await StartAsync();
        hub.Server.Faults.Add(Misbehave.GzipBomb(1 << 24));

        using var answer = await hub.GetAsync("/api/models/org/model");

        Assert.Equal("gzip", answer.Content.Headers.ContentEncoding.Single());
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync(Cancellation)).Length, 1, 100_000);
    }

    private static async Task<RunningHub> StartAsync(int pageSize = 1000)
    {
        var hub = await RunningHub.StartAsync(new() { PageSize = pageSize });
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]> { ["config.json"] = "{}"u8.ToArray(), ["a.safetensors"] = Weights });
        return hub;
    }

    private static async Task<string> StatusesAsync(RunningHub hub, string path, int count)
    {
        var statuses = new int[count];
        for (var turn = 0; turn < count; turn++)
        {
            using var answer = await hub.GetAsync(path);
            statuses[turn] = (int)answer.StatusCode;
        }

        return string.Join(' ', statuses);
    }

    private static async Task<HttpResponseMessage> BodyAsync(RunningHub hub, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead, params (string Name, string Value)[] headers)
    {
        using var first = await hub.GetAsync(Large);
        var request = new HttpRequestMessage(HttpMethod.Get, first.Headers.Location);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await hub.Client.SendAsync(request, completion, Cancellation);
    }

    private static Task<HttpResponseMessage> CommitAsync(RunningHub hub, string? parent = null)
    {
        var header = new JsonObject { ["key"] = "header", ["value"] = new JsonObject { ["summary"] = "A commit", ["parentCommit"] = parent } };
        return hub.SendAsync(HttpMethod.Post, "/api/models/org/model/commit/main", new StringContent(header.ToJsonString()), hub.Server.Token);
    }
}
