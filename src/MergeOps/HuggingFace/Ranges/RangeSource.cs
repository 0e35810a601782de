using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Reading;

namespace MergeOps.HuggingFace.Ranges;

/// <summary>
/// Fetches parts of one file of a commit. Where the Hub leads to another host, that host is asked directly from then on, as long
/// as its address holds: requests to the Hub are counted, and there are many parts.
/// </summary>
/// <param name="client">The transport.</param>
/// <param name="file">The file.</param>
/// <param name="connections">How many requests may be under way at once, together with those of other files.</param>
internal sealed class RangeSource(HubClient client, CommitFile file, SemaphoreSlim connections)
{
    private readonly HubFiles files = new(client);
    private volatile Uri? address;

    /// <summary>The file.</summary>
    public CommitFile File => file;

    /// <summary>Fills a buffer with a part.</summary>
    /// <exception cref="MergeOpsException">It is absent or not for this user, the network failed, or another part came.</exception>
    public async Task FetchAsync(long offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        await connections.WaitAsync(cancellation);
        try
        {
            if (!await DirectlyAsync(offset, buffer, cancellation))
            {
                await ByTheHubAsync(offset, buffer, cancellation);
            }
        }
        finally
        {
            connections.Release();
        }
    }

    /// <summary>The bytes that came are not those of the file.</summary>
    public MergeOpsException Differs() => HubFiles.Differs(file);

    // not when the address holds no longer, or the host does not answer: the Hub gives another one
    private async Task<bool> DirectlyAsync(long offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        if (address is not { } known)
        {
            return false;
        }

        try
        {
            await files.FillAsync(file, offset, buffer, known, cancellation);
            return true;
        }
        catch (MergeOpsException)
        {
            address = null;
            return false;
        }
    }

    private async Task ByTheHubAsync(long offset, Memory<byte> buffer, CancellationToken cancellation)
    {
        var answeredBy = await files.FillAsync(file, offset, buffer, address: null, cancellation);
        address = answeredBy is not null && !client.Settings.IsOwn(answeredBy) ? answeredBy : null;
    }
}
