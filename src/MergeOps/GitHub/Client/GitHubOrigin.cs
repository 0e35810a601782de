using System.Net;
using MergeOps.Diagnostics;
using MergeOps.Http;

namespace MergeOps.GitHub.Client;

/// <summary>
/// Lets requests go to the configured origin alone: whatever a redirect or a link to the next page says, neither the
/// token nor anything else reaches another host.
/// </summary>
internal sealed class GitHubOrigin : DelegatingHandler
{
    private const string ApiVersion = "2022-11-28";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly Uri api;
    private readonly TimeSpan idleTimeout;
    private int calls;

    /// <summary>A way to one API.</summary>
    /// <param name="api">Its address.</param>
    /// <param name="idleTimeout">How long nothing may come or leave.</param>
    public GitHubOrigin(Uri api, TimeSpan idleTimeout)
        : base(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = Lifetime,
        }) => (this.api, this.idleTimeout) = (api, idleTimeout);

    /// <summary>How many requests were sent so far.</summary>
    public int Calls => Volatile.Read(ref calls);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (!TokenRule.IsSameServer(address, api))
        {
            throw new MergeOpsException(
                Codes.GitHubUnexpected,
                $"{api.Authority} led to {TerminalText.Quoted(address.GetLeftPart(UriPartial.Authority))}, a redirect that MergeOps does not follow. Check GITHUB_API_URL.");
        }

        Interlocked.Increment(ref calls);
        request.Headers.TryAddWithoutValidation("X-GitHub-Api-Version", ApiVersion);
        if (request.Content is { } body)
        {
            request.Content = new WatchedContent(body, idleTimeout, () => { });
        }

        var response = await base.SendAsync(request, cancellationToken);
        response.Content = new PacedContent(response.Content, idleTimeout);
        if (response.Headers.Location is { IsAbsoluteUri: false } relative)
        {
            response.Headers.Location = new Uri(address, relative);
        }

        return response;
    }
}
