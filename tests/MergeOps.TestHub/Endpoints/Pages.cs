using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;

namespace MergeOps.TestHub.Endpoints;

/// <summary>Long lists in pieces, with a <c>Link</c> header to the next one.</summary>
internal static class Pages
{
    /// <summary>Answers with the page that the query's <c>cursor</c> asks for.</summary>
    public static Task WriteAsync(HubCall call, IReadOnlyList<JsonObject> all) => WriteAsync(call, all, item => item);

    /// <summary>Answers with the page that the query's <c>cursor</c> asks for, and makes no other entry.</summary>
    /// <param name="call">The request.</param>
    /// <param name="all">All of the list.</param>
    /// <param name="entryOf">Makes the entry of an element.</param>
    /// <param name="most">The most entries of a page of this list.</param>
    public static Task WriteAsync<T>(HubCall call, IReadOnlyList<T> all, Func<T, JsonObject> entryOf, int most = int.MaxValue)
    {
        var largest = Math.Min(call.Site.Options.PageSize, most);
        var size = int.TryParse(call.Query("limit"), out var limit) && limit > 0 ? Math.Min(limit, largest) : largest;
        var from = int.TryParse(call.Query("cursor"), out var cursor) ? cursor : 0;
        if (from + size < all.Count)
        {
            var target = call.RawTarget;
            var path = target.Split('?')[0];
            var query = call.Context.Request.Query.Where(pair => pair.Key != "cursor").SelectMany(pair => pair.Value.Select(value => $"{pair.Key}={Uri.EscapeDataString(value ?? "")}"));
            var next = string.Join('&', query.Append("cursor=" + (from + size).ToString(CultureInfo.InvariantCulture)));
            var host = call.Site.Hub[..^call.Site.Options.PathPrefix.Length];
            call.Context.Response.Headers.Link = $"<{host}{path}?{next}>; rel=\"next\"";
        }

        return call.WriteJsonAsync(new JsonArray([.. all.Skip(from).Take(size).Select(entryOf)]));
    }
}
