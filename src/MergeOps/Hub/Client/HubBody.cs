using System.Globalization;
using MergeOps.Diagnostics;

namespace MergeOps.Hub.Client;

/// <summary>The body of an answer as it arrives; a server that falls silent is noticed, which the framework's client does not do.</summary>
internal sealed class HubBody : IAsyncDisposable
{
    private readonly Stream stream;
    private readonly TimeSpan patience;

    private HubBody(Stream stream, TimeSpan patience) => (this.stream, this.patience) = (stream, patience);

    /// <summary>Begins to read.</summary>
    public static async Task<HubBody> OpenAsync(HttpResponseMessage response, TimeSpan patience, CancellationToken cancellation) =>
        new(await response.Content.ReadAsStreamAsync(cancellation), patience);

    /// <summary>The whole of a small body.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="cap">The most bytes that it may have.</param>
    /// <param name="patience">How long to wait for the next bytes.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="InvalidDataException">There are more bytes.</exception>
    /// <exception cref="IOException">The connection broke, or nothing came for too long.</exception>
    public static async Task<byte[]> ReadAllAsync(HttpResponseMessage response, int cap, TimeSpan patience, CancellationToken cancellation)
    {
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
        }

        return whole.ToArray();
    }

    /// <summary>Takes the next bytes; none at the end.</summary>
    /// <exception cref="IOException">The connection broke, or nothing came for too long.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(patience);
        try
        {
            return await stream.ReadAsync(buffer, deadline.Token);
        }
        catch (Exception failure) when (deadline.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"nothing came for {patience.TotalSeconds:0.#} s"), failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
