using System.Globalization;
using MergeOps.Diagnostics;

namespace MergeOps.Http;

/// <summary>
/// The slowest that bytes may come or leave. Whoever is slower than any line to the internet keeps us waiting on purpose or
/// by a fault, which the framework's client does not notice. Only time spent on the connection counts: a slow disk of
/// ours is no fault of the server.
/// </summary>
/// <param name="idleTimeout">How long nothing may move, and over what time the rate is measured.</param>
internal sealed class MinimumRate(TimeSpan idleTimeout)
{
    /// <summary>The least bytes in a second.</summary>
    public const int BytesPerSecond = 512;

    private TimeSpan waited;
    private long moved;

    /// <summary>How long nothing may move.</summary>
    public TimeSpan IdleTimeout => idleTimeout;

    /// <summary>Counts bytes that moved.</summary>
    /// <param name="bytes">How many; none at the end.</param>
    /// <param name="wait">How long they took.</param>
    /// <param name="verb">What they did, for the message: <c>came</c> or <c>left</c>.</param>
    /// <exception cref="IOException">Too few moved for too long.</exception>
    public void Count(int bytes, TimeSpan wait, string verb)
    {
        (waited, moved) = (waited + wait, moved + bytes);
        if (bytes == 0 || waited < idleTimeout)
        {
            return;
        }

        if (moved < BytesPerSecond * waited.TotalSeconds)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"only {ByteText.Of(moved)} {verb} in {waited.TotalSeconds:0.#} s"));
        }

        (waited, moved) = (TimeSpan.Zero, 0);
    }

    /// <summary>Nothing moved for longer than may be.</summary>
    /// <param name="verb">What bytes would have done.</param>
    /// <param name="cause">What ended the wait.</param>
    public IOException Silence(string verb, Exception cause) =>
        new(string.Create(CultureInfo.InvariantCulture, $"nothing {verb} for {idleTimeout.TotalSeconds:0.#} s"), cause);
}
