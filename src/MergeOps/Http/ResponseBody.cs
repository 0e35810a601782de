using System.Diagnostics;
using System.Globalization;
using MergeOps.Diagnostics;

namespace MergeOps.Http;

/// <summary>
/// The body of an answer as it arrives; a server that falls silent, or sends a few bytes now and then, is noticed, which
/// the framework's client does not do.
/// </summary>
internal sealed class ResponseBody : IAsyncDisposable
{
    // slower than any line to the internet; whoever sends so little keeps us waiting on purpose or by a fault
    private const int LeastBytesPerSecond = 512;

    // of what is read as a whole; the weights of a model may take days
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(5);

    private readonly Stream stream;
    private readonly TimeSpan patience;
    private TimeSpan waited;
    private long received;

    private ResponseBody(Stream stream, TimeSpan patience) => (this.stream, this.patience) = (stream, patience);

    /// <summary>Begins to read.</summary>
    public static async Task<ResponseBody> OpenAsync(HttpResponseMessage response, TimeSpan patience, CancellationToken cancellation) =>
        new(await response.Content.ReadAsStreamAsync(cancellation), patience);

    /// <summary>The whole of a small body.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="cap">The most bytes that it may have.</param>
    /// <param name="patience">How long to wait for the next bytes.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="InvalidDataException">There are more bytes, or they take longer than a small answer may.</exception>
    /// <exception cref="IOException">The connection broke, or too little came for too long.</exception>
    public static async Task<byte[]> ReadAllAsync(HttpResponseMessage response, int cap, TimeSpan patience, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        await using var body = await OpenAsync(response, patience, cancellation);
        using var whole = new MemoryStream();
        var buffer = new byte[Math.Min(cap + 1, 64 * 1024)];
        while (await body.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            whole.Write(buffer, 0, read);
            if (whole.Length > cap)
            {
                throw new InvalidDataException($"The answer has more than {ByteText.Of(cap)}.");
            }

            if (Stopwatch.GetElapsedTime(begun) > LongestAnswer)
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture, $"Of the answer {ByteText.Of(whole.Length)} came in {LongestAnswer.TotalMinutes:0} minutes, and no end."));
            }
        }

        return whole.ToArray();
    }

    /// <summary>Takes the next bytes; none at the end.</summary>
    /// <exception cref="IOException">The connection broke, or too little came for too long.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(patience);
        var begun = Stopwatch.GetTimestamp();
        try
        {
            var read = await stream.ReadAsync(buffer, deadline.Token);
            RequirePace(read, Stopwatch.GetElapsedTime(begun));
            return read;
        }
        catch (Exception failure) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"nothing came for {patience.TotalSeconds:0.#} s"), failure);
        }
    }

    // only the time that is spent waiting counts: a slow disk of ours is no fault of the server
    private void RequirePace(int read, TimeSpan wait)
    {
        (waited, received) = (waited + wait, received + read);
        if (read == 0 || waited < patience)
        {
            return;
        }

        if (received < LeastBytesPerSecond * waited.TotalSeconds)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"only {ByteText.Of(received)} came in {waited.TotalSeconds:0.#} s"));
        }

        (waited, received) = (TimeSpan.Zero, 0);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
