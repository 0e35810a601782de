using System.Diagnostics;

namespace MergeOps.Http;

/// <summary>What comes from a server, for as long as enough of it comes.</summary>
/// <param name="stream">The bytes as they arrive; owned.</param>
/// <param name="idleTimeout">How long nothing may come, and over what time the rate is measured.</param>
internal sealed class PacedStream(Stream stream, TimeSpan idleTimeout) : Stream
{
    private const string Verb = "came";

    private readonly MinimumRate rate = new(idleTimeout);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes the next bytes; none at the end.</summary>
    /// <exception cref="IOException">The connection broke, or too little came for too long.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(rate.IdleTimeout);
        var begun = Stopwatch.GetTimestamp();
        try
        {
            var read = await stream.ReadAsync(buffer, deadline.Token);
            rate.Count(read, Stopwatch.GetElapsedTime(begun), Verb);
            return read;
        }
        catch (Exception failure) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw rate.Silence(Verb, failure);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Dispose();
        }

        base.Dispose(disposing);
    }
}
