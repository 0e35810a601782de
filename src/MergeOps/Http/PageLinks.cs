using System.Text.RegularExpressions;

namespace MergeOps.Http;

/// <summary>The header <c>Link: &lt;address&gt;; rel="next"</c> (RFC 8288), as the Hub writes it.</summary>
internal static partial class PageLinks
{
    /// <summary>The address of the next page, or null on the last one.</summary>
    public static Uri? Next(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Link", out var links)
            && NextLink().Match(string.Join(", ", links)) is { Success: true } link
            && Uri.TryCreate(response.RequestMessage!.RequestUri!, link.Groups[1].Value, out var next)
            ? next
            : null;

    [GeneratedRegex("""<([^>]*)>\s*;\s*rel="?next"?""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NextLink();
}
