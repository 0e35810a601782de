using System.Diagnostics;
using System.Globalization;
using MergeOps.Diagnostics;

namespace MergeOps.Http;

/// <summary>The body of an answer as it arrives.</summary>
internal static class ResponseBody
{
    // of what is read as a whole; the weights of a model may take days
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(5);

    /// <summary>Begins to read.</summary>
    public static async Task<PacedStream> OpenAsync(HttpResponseMessage response, TimeSpan idleTimeout, CancellationToken cancellation) =>
        new(await response.Content.ReadAsStreamAsync(cancellation), idleTimeout);

    /// <summary>The whole of a small body.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="cap">The most bytes that it may have.</param>
    /// <param name="idleTimeout">How long to wait for the next bytes.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="InvalidDataException">There are more bytes, or they take longer than a small answer may.</exception>
    /// <exception cref="IOException">The connection broke, or too little came for too long.</exception>
    public static async Task<byte[]> ReadAllAsync(HttpResponseMessage response, int cap, TimeSpan idleTimeout, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        await using var body = await OpenAsync(response, idleTimeout, cancellation);
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
                    CultureInfo.InvariantCulture, $"{ByteText.Of(whole.Length)} of the answer came in {LongestAnswer.TotalMinutes:0} minutes, and it did not end."));
            }
        }

        return whole.ToArray();
    }

    /// <summary>A body whose length is known.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="whole">Filled with it.</param>
    /// <param name="idleTimeout">How long to wait for the next bytes.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="InvalidDataException">There are more bytes.</exception>
    /// <exception cref="IOException">There are fewer, the connection broke, or too little came for too long.</exception>
    public static async Task ReadExactlyAsync(HttpResponseMessage response, Memory<byte> whole, TimeSpan idleTimeout, CancellationToken cancellation)
    {
        await using var body = await OpenAsync(response, idleTimeout, cancellation);
        for (var rest = whole; !rest.IsEmpty;)
        {
            var read = await body.ReadAsync(rest, cancellation);
            rest = read > 0 ? rest[read..] : throw new EndOfStreamException($"{whole.Length - rest.Length:N0} of {whole.Length:N0} bytes came");
        }

        if (await body.ReadAsync(new byte[1], cancellation) > 0)
        {
            throw new InvalidDataException($"The answer has more than {ByteText.Of(whole.Length)}.");
        }
    }
}
