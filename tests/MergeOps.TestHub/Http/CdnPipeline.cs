using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MergeOps.TestHub.Http;

/// <summary>The content host: opens to signed URLs alone, and refuses whoever brings a token as well.</summary>
internal sealed class CdnPipeline(HubSite site)
{
    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization.Count > 0)
        {
            return RefuseAsync(context, 400, "InvalidArgument", "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified");
        }

        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (site.Signatures.Refusal(target) is { } refusal)
        {
            return RefuseAsync(context, 403, "AccessDenied", refusal);
        }

        var segments = target.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        return (context.Request.Method, segments) switch
        {
            ("GET" or "HEAD", ["repos", var id, var sha256]) => DownloadAsync(context, id, sha256),
            ("PUT", ["uploads", var upload, var part]) => UploadAsync(context, upload, part),
            _ => RefuseAsync(context, 405, "MethodNotAllowed", "The specified method is not allowed against this resource."),
        };
    }

    private Task DownloadAsync(HttpContext context, string id, string sha256)
    {
        if (site.Store.Repository(id)?.LfsObjects.GetValueOrDefault(sha256) is not { } content)
        {
            return RefuseAsync(context, 404, "NoSuchKey", "The specified key does not exist.");
        }

        // a content host names its objects by something else than their digest
        context.Response.Headers.ETag = $"\"{sha256[..32]}-1\"";
        context.Response.ContentType = "binary/octet-stream";
        return ContentAnswer.WriteAsync(context, content);
    }

    private async Task UploadAsync(HttpContext context, string upload, string part)
    {
        if (context.Request.ContentLength is not { } length)
        {
            await RefuseAsync(context, 411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
            return;
        }

        if (length == 0)
        {
            await RefuseAsync(context, 400, "EntityTooSmall", "An empty object is not accepted.");
            return;
        }

        var etag = await site.Uploads.ReceiveAsync(upload, part, context.Request.Body, context.RequestAborted);
        if (etag is null)
        {
            await RefuseAsync(context, 404, "NoSuchUpload", "The specified upload does not exist.");
            return;
        }

        context.Response.Headers.ETag = etag;
        context.Response.ContentLength = 0;
    }

    private static async Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        var body = Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
