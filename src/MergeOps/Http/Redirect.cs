namespace MergeOps.Http;

/// <summary>What every redirect must keep to, whichever server answers with it.</summary>
internal static class Redirect
{
    /// <summary>How many are followed for one request.</summary>
    public const int MostHops = 5;

    /// <summary>Whether an answer points elsewhere.</summary>
    public static bool IsOne(HttpResponseMessage response) =>
        (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is not null;

    /// <summary>Whether it keeps the method and the body of the request.</summary>
    public static bool KeepsBody(HttpResponseMessage response) => (int)response.StatusCode is 307 or 308;

    /// <summary>Whether the way there is as safe as the way here.</summary>
    public static bool IsSafe(Uri from, Uri next) =>
        next.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && from.Scheme != Uri.UriSchemeHttps);
}
