using System.Net;

namespace MergeOps.Http;

/// <summary>The body of an answer that somebody else reads; a server that falls silent or sends a few bytes now and then is noticed.</summary>
internal sealed class PacedContent : HttpContent
{
    private readonly HttpContent content;
    private readonly TimeSpan idleTimeout;

    /// <summary>Watches a body, and owns it.</summary>
    public PacedContent(HttpContent content, TimeSpan idleTimeout)
    {
        (this.content, this.idleTimeout) = (content, idleTimeout);
        foreach (var header in content.Headers)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    /// <inheritdoc/>
    protected override async Task<Stream> CreateContentReadStreamAsync() => new PacedStream(await content.ReadAsStreamAsync(), idleTimeout);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var source = await CreateContentReadStreamAsync();
        await source.CopyToAsync(stream);
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = content.Headers.ContentLength ?? 0;
        return content.Headers.ContentLength is not null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }

        base.Dispose(disposing);
    }
}
