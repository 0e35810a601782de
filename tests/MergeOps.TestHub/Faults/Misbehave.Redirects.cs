using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MergeOps.TestHub.Faults;

/// <summary>Redirects that a client should not follow, or not with everything it has.</summary>
internal static partial class Misbehave
{
    /// <summary>Sends the caller to an address.</summary>
    public static Fault Redirect(string location, int status = 302) => Status(status, ("Location", location));

    /// <summary>Sends the caller to the same path on another host.</summary>
    public static Fault RedirectToHost(Uri host, int status = 302) => (context, answer) =>
        Redirect(host.GetLeftPart(UriPartial.Authority) + RawTarget(context), status)(context, answer);

    /// <summary>Sends the caller to where it is.</summary>
    public static Fault RedirectLoop(int status = 302) => (context, answer) => Redirect(RawTarget(context), status)(context, answer);

    private static string RawTarget(HttpContext context) => context.Features.Get<IHttpRequestFeature>()!.RawTarget;
}
