using MergeOps.Http;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace;

/// <summary>How this machine talks to a Hub and where its cache lies.</summary>
/// <param name="Endpoint">The Hub's address, without a slash at its end; it may have a path, as company mirrors do.</param>
/// <param name="Token">Who asks; null asks as nobody.</param>
/// <param name="CacheFolder">The cache's absolute path.</param>
/// <param name="IsOffline">Whether no request is made at all.</param>
/// <param name="MetadataTimeout">How long to wait for an answer to begin.</param>
/// <param name="ReadTimeout">How long to wait for the next bytes of an answer.</param>
internal sealed record HubSettings(
    Uri Endpoint, HubToken? Token, string CacheFolder, bool IsOffline, TimeSpan MetadataTimeout, TimeSpan ReadTimeout)
{
    /// <summary>The Hub that everyone knows.</summary>
    public static Uri PublicHub { get; } = new("https://huggingface.co");

    /// <summary>Whether a cached snapshot holds links to its blobs; else it holds the files themselves.</summary>
    public bool UsesLinks { get; init; } = true;

    /// <summary>Whether the user lets the token travel to <see cref="Endpoint"/> without encryption.</summary>
    public bool AllowsClearText { get; init; }

    /// <summary>How long nothing that is sent may leave, and how long an answer to it may take: a commit may take the server a minute.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Whether what is said to the Hub stays between it and this machine, or the user does without.</summary>
    public bool IsConfidential => AllowsClearText || TokenRule.IsConfidential(Endpoint);

    /// <summary>The settings that the environment gives to the Hub's Python client.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">A variable's value will not do, or the token's file cannot be read.</exception>
    public static HubSettings Of(HostEnvironment environment) => new HubEnvironment(environment).Read();

    /// <summary>Whether an address belongs to the Hub itself, so that it may see the token.</summary>
    public bool IsOwn(Uri address) => TokenRule.IsSameServer(address, Endpoint);

    /// <summary>An address that the Hub gave out, seen from here: a mirror passes on what the public Hub wrote about itself.</summary>
    public Uri Rebase(Uri address) =>
        address.Scheme == PublicHub.Scheme && address.Host == PublicHub.Host && address.IsDefaultPort && !IsOwn(address)
            ? Below(address.PathAndQuery.TrimStart('/'))
            : address;

    /// <summary>The address of a path below the endpoint.</summary>
    /// <param name="path">Escaped, with its query, without a slash in front.</param>
    public Uri Below(string path) => new($"{Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");
}
