using System.Net;
using Xunit;

namespace MergeOps.Tests.TestHub;

/// <summary>Faults that a test in any language asks for over HTTP.</summary>
public sealed class ControlTests
{
    [Fact]
    public async Task A_fault_that_was_posted_strikes_as_often_as_it_says_until_all_are_cleared()
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]>());

        Assert.Equal(HttpStatusCode.OK, await ControlAsync(hub, HttpMethod.Post, "status=503 path=/api/* method=get host=hub skip=1 times=1\nstatus=404 path=/api/* skip=1"));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.NotFound], [await InfoAsync(hub), await InfoAsync(hub), await InfoAsync(hub)]);
        Assert.Equal(HttpStatusCode.OK, await ControlAsync(hub, HttpMethod.Delete, ""));
        Assert.Equal(HttpStatusCode.OK, await InfoAsync(hub));
        using var requests = await hub.GetAsync("/.test-hub/requests");
        Assert.Equal(4, (await requests.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("teapot", "A fault begins with one of: cut, cut-without-length, ")]
    [InlineData("status", "is no whole number")]
    [InlineData("status=99", "99 is no status of an answer")]
    [InlineData("never times=often", "'often' is no whole number")]
    [InlineData("never host=moon", "'host=moon' is none of path=GLOB")]
    [InlineData("never path", "'path' has no value")]
    public async Task What_is_no_fault_is_refused_and_why(string line, string reason)
    {
        await using var hub = await RunningHub.StartAsync();

        using var answer = await hub.SendAsync(HttpMethod.Post, "/.test-hub/faults", new StringContent(line));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(reason, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> ControlAsync(RunningHub hub, HttpMethod method, string lines)
    {
        using var answer = await hub.SendAsync(method, "/.test-hub/faults", new StringContent(lines));
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> InfoAsync(RunningHub hub)
    {
        using var answer = await hub.GetAsync("/api/models/org/model");
        return answer.StatusCode;
    }
}
