using System.IO.Compression;
using MergeOps.TestHub.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MergeOps.TestHub.Http;

/// <summary>Content as an answer: the whole, or the range that was asked for.</summary>
internal static class ContentAnswer
{
    /// <summary>Sends content with its length; 206 for a range, 416 for one beyond the end.</summary>
    public static async Task WriteAsync(HttpContext context, Content content)
    {
        var response = context.Response;
        response.Headers.AcceptRanges = "bytes";
        var (from, count) = (0L, content.Length);
        if (Range(context.Request, response) is { } range)
        {
            from = range.From ?? Math.Max(0, content.Length - range.To!.Value);
            var to = range.From is null ? content.Length - 1 : Math.Min(range.To ?? long.MaxValue, content.Length - 1);
            if (from > to)
            {
                response.StatusCode = 416;
                response.Headers.ContentRange = $"bytes */{content.Length}";
                response.ContentLength = 0;
                return;
            }

            count = to - from + 1;
            response.StatusCode = 206;
            response.Headers.ContentRange = $"bytes {from}-{to}/{content.Length}";
        }

        response.ContentLength = count;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await CopyAsync(content, from, count, response.Body, context.RequestAborted);
        }
    }

    /// <summary>Sends text compressed, so without a length and with a weak ETag, and blind to ranges.</summary>
    public static async Task WriteCompressedAsync(HttpContext context, Content content)
    {
        var response = context.Response;
        response.Headers.ContentEncoding = "gzip";
        response.Headers.ETag = "W/" + response.Headers.ETag;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await CopyAsync(content, 0, content.Length, gzip, context.RequestAborted);
        }
    }

    private static RangeItemHeaderValue? Range(HttpRequest request, HttpResponse response)
    {
        // a condition that does not hold asks for the whole
        var condition = request.Headers.IfRange.ToString();
        var holds = condition.Length == 0 || condition == response.Headers.ETag.ToString();
        return holds && RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var value) && value.Unit == "bytes" && value.Ranges.Count == 1
            ? value.Ranges.First()
            : null;
    }

    private static async Task CopyAsync(Content content, long from, long count, Stream target, CancellationToken cancellation)
    {
        await using var source = content.Open();
        source.Position = from;
        var buffer = new byte[81920];
        while (count > 0)
        {
            var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellation);
            await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
            count -= read;
        }
    }
}
