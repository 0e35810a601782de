using System.Diagnostics;
using System.Net;

namespace MergeOps.Http;

/// <summary>
/// A request's body that tells whenever some of it has left, so that a long upload is not taken for a silent server; one
/// of which too little leaves for too long ends.
/// </summary>
internal sealed class WatchedContent : HttpContent
{
    private readonly HttpContent content;
    private readonly MinimumRate rate;
    private readonly Action moved;

    /// <summary>Watches a body, and owns it.</summary>
    /// <param name="content">The body.</param>
    /// <param name="idleTimeout">How long nothing may leave, and over what time the rate is measured.</param>
    /// <param name="moved">Hears whenever some of it has left.</param>
    public WatchedContent(HttpContent content, TimeSpan idleTimeout, Action moved)
    {
        (this.content, rate, this.moved) = (content, new MinimumRate(idleTimeout), moved);
        foreach (var header in content.Headers)
        {
            Headers.TryAddWithoutValidation(header.Key, header.Value);
        }
    }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var source = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[64 * 1024];
        while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            var begun = Stopwatch.GetTimestamp();
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            rate.Count(read, Stopwatch.GetElapsedTime(begun), "left");
            moved();
        }
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
