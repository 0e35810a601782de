using MergeOps.Diagnostics;

namespace MergeOps.HuggingFace.Upload;

/// <summary>
/// Who publishes: the user's own token, or one for an hour that the Hub gives to a workflow it trusts. That one is
/// fetched anew before each commit, however long the upload before it took.
/// </summary>
/// <param name="settings">Which Hub, and the user's token if there is one.</param>
/// <param name="repository">The repository that a trusted workflow may write to.</param>
/// <param name="runner">The workflow's identity; null outside of one.</param>
/// <param name="clock">Measures the waits between repetitions.</param>
/// <param name="tell">Hears lines for people.</param>
internal sealed class HubSession(
    HubSettings settings, RepositoryName repository, RunnerIdentity? runner, TimeProvider clock, Action<string>? tell = null) : IDisposable
{
    private HubClient client = new(settings, clock, tell);

    /// <summary>The transport, with the token of now.</summary>
    public HubClient Client => client;

    /// <summary>Makes sure that there is a token, and a fresh one where tokens grow old.</summary>
    /// <exception cref="MergeOpsException">There is neither a token nor a workflow, or the Hub does not trust it.</exception>
    public async Task RenewAsync(CancellationToken cancellation)
    {
        if (settings.Token is not null)
        {
            return;
        }

        if (runner is null)
        {
            throw new MergeOpsException(
                Codes.PublishTokenMissing,
                $"Set HF_TOKEN to a token that may write to '{repository}'. On a GitHub runner the job needs 'permissions: id-token: write', and the repository's settings on the Hub name the workflow as a trusted publisher.");
        }

        var token = await new TrustedPublishing(client, repository).ExchangeAsync(await runner.TokenAsync(cancellation), cancellation);
        var renewed = new HubClient(settings with { Token = token }, clock, tell);
        client.Dispose();
        client = renewed;
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
