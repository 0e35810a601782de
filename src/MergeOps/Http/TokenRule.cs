namespace MergeOps.Http;

/// <summary>To whom a token may be shown: to the server that it is for, and over nothing that others can read.</summary>
internal static class TokenRule
{
    /// <summary>Whether two addresses are of one server: the same scheme, host and port.</summary>
    public static bool IsSameServer(Uri address, Uri endpoint) =>
        address.Scheme == endpoint.Scheme
        && address.Port == endpoint.Port
        && address.IdnHost.Equals(endpoint.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether what is said to a server stays between it and this machine: over https, or to this machine itself.</summary>
    public static bool IsConfidential(Uri address) =>
        address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);
}
