using System.Collections.Immutable;
using System.Net;

namespace MergeOps.HuggingFace;

/// <summary>One request to the Hub or to an address that the Hub gave.</summary>
internal sealed record HubRequest
{
    /// <summary>A request to a path below the endpoint.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Escaped, with its query, without a slash in front.</param>
    /// <param name="subject">For messages.</param>
    public HubRequest(HttpMethod method, string path, HubSubject subject) =>
        (Method, Path, Subject, MayRepeat) = (method, path, subject, method == HttpMethod.Get || method == HttpMethod.Head);

    /// <summary>A request to an address that the Hub gave.</summary>
    public HubRequest(HttpMethod method, Uri address, HubSubject subject)
        : this(method, "", subject) => Address = address;

    /// <summary>The method.</summary>
    public HttpMethod Method { get; }

    /// <summary>A path below the endpoint, used when there is no <see cref="Address"/>.</summary>
    public string Path { get; }

    /// <summary>An address as it is; it sees the token only when it belongs to the endpoint.</summary>
    public Uri? Address { get; }

    /// <summary>What the request is about.</summary>
    public HubSubject Subject { get; }

    /// <summary>Makes the body, anew for each attempt and each redirect.</summary>
    public Func<HttpContent>? Content { get; init; }

    /// <summary>The first and the last byte that are wanted; null as the last means up to the end.</summary>
    public (long From, long? To)? Range { get; init; }

    /// <summary>Whether it can be sent again when nobody knows what became of it; true for GET and HEAD.</summary>
    public bool MayRepeat { get; init; }

    /// <summary>The wanted media type, or null for any.</summary>
    public string? Accept { get; init; }

    /// <summary>Whether the address carries its own right, so that the token stays away from it even on the Hub's own host.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Whether a redirect to another host is followed; else it is the answer.</summary>
    public bool FollowsToOtherHosts { get; init; } = true;

    /// <summary>Answers that are no failure beside those from 200 to 299.</summary>
    public ImmutableArray<HttpStatusCode> Accepted { get; init; } = [];
}
