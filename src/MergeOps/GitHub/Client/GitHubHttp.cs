using Octokit;
using Octokit.Internal;

namespace MergeOps.GitHub.Client;

/// <summary>Octokit's way to the network for one call: with retries, and with the cancellation that its calls do not take.</summary>
internal sealed class GitHubHttp(
    HttpClientAdapter network, GitHubTransport transport, GitHubSubject subject, bool mayRepeat, CancellationToken cancellation) : IHttpClient
{
    /// <inheritdoc/>
    public Task<IResponse> Send(IRequest request, CancellationToken cancellationToken, Func<object, object>? preprocessResponseBody = null) =>
        transport.SendAsync(request, subject, mayRepeat, token => network.Send(request, token, preprocessResponseBody), cancellation);

    /// <inheritdoc/>
    public void SetRequestTimeout(TimeSpan timeout) => network.SetRequestTimeout(timeout);

    /// <summary>The network outlives the call.</summary>
    public void Dispose()
    {
    }
}
