using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.TestHub;
using Xunit;

namespace MergeOps.Tests.TestHub;

/// <summary>A test Hub, and a plain HTTP client that follows nothing and adds nothing.</summary>
internal sealed class RunningHub : IAsyncDisposable
{
    private readonly TemporaryFolder folder;

    private RunningHub(TemporaryFolder folder, TestHubServer server)
    {
        this.folder = folder;
        Server = server;
    }

    /// <summary>The Hub.</summary>
    public TestHubServer Server { get; }

    /// <summary>The client.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts one without repositories.</summary>
    public static async Task<RunningHub> StartAsync(TestHubOptions? options = null)
    {
        var folder = new TemporaryFolder();
        return new(folder, await TestHubServer.StartAsync(folder.Path, options, Cancellation));
    }

    /// <summary>Sends a request to a path of the Hub, or to a whole URL.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? token = null, params (string Name, string Value)[] headers)
    {
        var url = path.StartsWith('/') ? Server.Endpoint.ToString().TrimEnd('/') + path : path;
        var request = new HttpRequestMessage(method, url) { Content = content };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Client.SendAsync(request, Cancellation);
    }

    /// <summary>GET without a token.</summary>
    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, headers: headers);

    /// <summary>POST of JSON with the tester's token; the answer's JSON.</summary>
    public async Task<(HttpStatusCode Status, JsonNode? Json)> PostAsync(string path, JsonNode body)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, Json(body), Server.Token);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation)));
    }

    /// <summary>GET without a token; the answer's JSON.</summary>
    public async Task<JsonNode> GetJsonAsync(string path)
    {
        using var answer = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
    }

    /// <summary>JSON as a body.</summary>
    public static StringContent Json(JsonNode body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        folder.Dispose();
    }
}
