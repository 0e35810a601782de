using MergeOps.Diagnostics;
using MergeOps.Http;

namespace MergeOps.HuggingFace;

/// <summary>
/// Where redirects of one request lead. The framework's own rule drops the token even on the Hub's own host, where
/// renamed and private repositories need it, and shows every other header to foreign hosts.
/// </summary>
internal sealed class HubRedirect(HubSettings settings, HubRequest request)
{
    private static readonly string[] Metadata = ["X-Repo-Commit", "X-Linked-Etag", "X-Linked-Size"];

    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    private int hops;

    /// <summary>The next address to ask; null when this is the answer.</summary>
    /// <exception cref="MergeOpsException">The redirect leads where nobody should follow.</exception>
    public Uri? Next(HttpResponseMessage response, Uri from)
    {
        if (!Redirect.IsOne(response))
        {
            return null;
        }

        if (!Uri.TryCreate(from, response.Headers.Location, out var next))
        {
            throw Refused(from, "what is not an address");
        }

        var leaves = !settings.IsOwn(next);
        if (leaves && !request.FollowsToOtherHosts)
        {
            return null;
        }

        if (!Redirect.IsSafe(from, next))
        {
            throw Refused(from, $"{next.Scheme}://{next.Authority}, which is less secure than {from.Scheme}");
        }

        if (request.Content is not null && (leaves || !Redirect.KeepsBody(response)))
        {
            throw Refused(from, $"{next.Authority} while something was sent");
        }

        if (++hops > Redirect.MostHops)
        {
            throw Refused(from, $"{next.Authority}, one redirect too many: they seem to form a loop");
        }

        Remember(response);
        return next;
    }

    /// <summary>Gives the last answer what the ones before it said about the file and it does not.</summary>
    public void CarryMetadataTo(HttpResponseMessage response)
    {
        foreach (var (name, value) in metadata)
        {
            if (!response.Headers.Contains(name))
            {
                response.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    private void Remember(HttpResponseMessage response)
    {
        foreach (var name in Metadata)
        {
            if (response.Headers.TryGetValues(name, out var values))
            {
                metadata[name] = values.First();
            }
        }
    }

    private MergeOpsException Refused(Uri from, string where) => new(
        Codes.HubRedirectRefused, $"{from.Authority} answered for {request.Subject} with a redirect to {where}.");
}
