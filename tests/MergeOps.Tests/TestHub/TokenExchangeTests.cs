using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace MergeOps.Tests.TestHub;

public sealed class TokenExchangeTests
{
    private static readonly Dictionary<string, string> Claims = new() { ["repository"] = "owner/merges", ["ref"] = "refs/heads/main" };

    [Fact]
    public async Task A_trusted_workflow_gets_a_token_for_one_repository()
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]>());
        hub.Server.AddModel("org/other", new Dictionary<string, byte[]>());
        var (url, requestToken) = hub.Server.AddTrustedWorkflow("org/model", Claims);

        var jwt = await IdTokenAsync(hub, url, requestToken, "https://huggingface.co");
        var (status, json) = await ExchangeAsync(hub, jwt, "org/model");

        Assert.Equal(HttpStatusCode.OK, status);
        var token = (string)json!["access_token"]!;
        Assert.StartsWith("hf_jwt_", token, StringComparison.Ordinal);
        Assert.Equal(3600, (int)json["expires_in"]!);
        using var may = await hub.SendAsync(HttpMethod.Get, "/api/models/org/model/auth-check/write", token: token);
        using var mayNot = await hub.SendAsync(HttpMethod.Get, "/api/models/org/other/auth-check/write", token: token);
        Assert.Equal(HttpStatusCode.OK, may.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, mayNot.StatusCode);
    }

    [Theory]
    [InlineData("https://elsewhere.example", "org/model")]
    [InlineData("https://huggingface.co", "org/other")]
    public async Task Another_audience_or_resource_gets_nothing(string audience, string resource)
    {
        await using var hub = await RunningHub.StartAsync();
        var (url, requestToken) = hub.Server.AddTrustedWorkflow("org/model", Claims);

        var (status, json) = await ExchangeAsync(hub, await IdTokenAsync(hub, url, requestToken, audience), resource);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_grant", (string)json!["error"]!);
    }

    [Fact]
    public async Task Another_workflow_gets_nothing()
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddTrustedWorkflow("org/model", Claims);
        var (url, requestToken) = hub.Server.AddWorkflow(new Dictionary<string, string>(Claims) { ["ref"] = "refs/heads/other" });

        Assert.Equal(HttpStatusCode.BadRequest, (await ExchangeAsync(hub, await IdTokenAsync(hub, url, requestToken, "https://huggingface.co"), "org/model")).Status);
    }

    private static async Task<string> IdTokenAsync(RunningHub hub, Uri url, string requestToken, string audience)
    {
        using var answer = await hub.SendAsync(HttpMethod.Get, $"{url}&audience={Uri.EscapeDataString(audience)}", token: requestToken);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["value"]!;
    }

    private static Task<(HttpStatusCode Status, JsonNode? Json)> ExchangeAsync(RunningHub hub, string jwt, string resource) => hub.PostAsync("/oauth/token", new JsonObject
    {
        ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
        ["subject_token_type"] = "urn:ietf:params:oauth:token-type:id_token",
        ["subject_token"] = jwt,
        ["resource"] = resource,
    });
}
