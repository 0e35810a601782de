using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace MergeOps.Http;

/// <summary>How long a server wants to be left alone: <c>RateLimit: "api";r=0;t=55</c>, else <c>Retry-After</c> in seconds.</summary>
internal static class RateLimit
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>The wait that an answer asks for; null when it asks for none.</summary>
    public static TimeSpan? WaitOf(HttpResponseMessage response)
    {
        // r tells what is left: with some left, the refusal came from another limit
        if (response.StatusCode == HttpStatusCode.TooManyRequests && Number(response.Headers, "r") == 0 && Number(response.Headers, "t") is { } reset)
        {
            return TimeSpan.FromSeconds(reset) + Margin;
        }

        return response.Headers.RetryAfter?.Delta is { } delta ? delta + Margin : null;
    }

    private static int? Number(HttpResponseHeaders headers, string key) =>
        headers.TryGetValues("RateLimit", out var values)
            && values.First().Split(';').Select(part => part.Split('=')).FirstOrDefault(pair => pair.Length == 2 && pair[0].Trim() == key) is [_, var text]
            && int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
