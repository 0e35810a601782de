using System.Net;
using System.Net.Sockets;
using MergeOps.Diagnostics;
using MergeOps.Http;

namespace MergeOps.HuggingFace;

/// <summary>
/// Opens connections for a Hub. A public Hub must not lead this machine into its own network: what another host's name
/// stands for is looked up once, checked, and connected to as it was checked.
/// </summary>
/// <param name="endpoint">The Hub.</param>
/// <param name="lookUp">Gives the addresses of a name.</param>
internal sealed class HubConnections(Uri endpoint, Func<string, CancellationToken, Task<IPAddress[]>> lookUp)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>The handler that sends requests one by one: no redirects, no cookies, no unpacking.</summary>
    public static SocketsHttpHandler HandlerFor(Uri endpoint)
    {
        var connections = new HubConnections(endpoint, Dns.GetHostAddressesAsync);
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = Lifetime,
            ConnectCallback = connections.ConnectAsync,
        };
    }

    /// <summary>The addresses of a host that may be connected to.</summary>
    /// <exception cref="MergeOpsException">The host is not the Hub's, and lies in a network that the Hub is not in.</exception>
    public async Task<IPAddress[]> AllowedAsync(string host, CancellationToken cancellation)
    {
        var addresses = await lookUp(host, cancellation);
        if (IsHub(host) || addresses.All(PublicAddress.Is))
        {
            return addresses;
        }

        // a Hub inside a network may use all of it
        var own = await lookUp(endpoint.IdnHost, cancellation);
        return own.All(PublicAddress.Is)
            ? throw new MergeOpsException(
                Codes.HubRedirectRefused,
                $"{endpoint.Host} led to {TerminalText.Quoted(host)}, which is an address of this machine or its network. A public Hub must not redirect there.")
            : addresses;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var target = context.DnsEndPoint;
        var isProxy = context.InitialRequestMessage.RequestUri is { } asked
            && !asked.IdnHost.Trim('[', ']').Equals(target.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
        var addresses = isProxy ? await lookUp(target.Host, cancellation) : await AllowedAsync(target.Host, cancellation);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsHub(string host) => host.Trim('[', ']').Equals(endpoint.IdnHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
}
