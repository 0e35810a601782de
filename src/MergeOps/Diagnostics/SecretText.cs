using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics.Secrets;

namespace MergeOps.Diagnostics;

/// <summary>
/// Takes secrets out of text: everything that has the form of a token, and every value that this process knows as a
/// secret, by <see cref="Learn"/> from its environment or by <see cref="Register"/>, in each of its spellings.
/// </summary>
internal static class SecretText
{
    /// <summary>What stands where a secret was.</summary>
    public const string Mask = "***";

    private const int LongestQuote = 300;
    private const int LongEnough = 16;
    private const int Piece = 1 << 20;

    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Values = [];

    // replaced as a whole: what is sought is never of other spellings than those that are taken out
    private static volatile Known known = new([]);

    /// <summary>Hears each value that is registered for the first time, a line at a time.</summary>
    public static event Action<string>? Registered;

    /// <summary>Makes a value known as a secret from now on; nothing happens for one that is null or blank.</summary>
    public static void Register(string? value)
    {
        foreach (var line in Lines(value))
        {
            if (Add(line))
            {
                Registered?.Invoke(line);
            }
        }
    }

    /// <summary>Makes the value of a variable known if its name speaks of a secret.</summary>
    public static void Learn(string name, string value)
    {
        if (SecretVariables.Holds(name, value))
        {
            foreach (var line in Lines(value))
            {
                Add(line);
            }
        }
    }

    /// <summary>The text with <see cref="Mask"/> wherever a secret was; the same text when there was none.</summary>
    public static string Redact(string text)
    {
        var secrets = known;
        if (secrets.MayBeIn(text))
        {
            foreach (var spelling in secrets.Spellings)
            {
                text = text.Replace(spelling, Mask, StringComparison.OrdinalIgnoreCase);
            }
        }

        return TokenForms.Replace(text, Mask);
    }

    /// <summary>Where a text holds a value that this process knows as a secret, of those that are too long to stand there by chance.</summary>
    public static IEnumerable<(int Start, int Length)> KnownIn(string text)
    {
        var secrets = known;
        foreach (var spelling in secrets.MayBeIn(text) ? secrets.Spellings.Where(spelling => spelling.Length >= LongEnough) : [])
        {
            for (var at = text.IndexOf(spelling, StringComparison.Ordinal); at >= 0; at = text.IndexOf(spelling, at + spelling.Length, StringComparison.Ordinal))
            {
                yield return (at, spelling.Length);
            }
        }
    }

    /// <summary>Whether bytes hold such a value.</summary>
    /// <param name="bytes">Read to its end, or to the value's.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    public static bool IsIn(Stream bytes, CancellationToken cancellation)
    {
        // a character for each byte, since not every file is text
        string[] longEnough = [.. known.Spellings.Where(spelling => spelling.Length >= LongEnough).Select(spelling => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(spelling)))];
        if (longEnough.Length == 0)
        {
            return false;
        }

        var sought = SearchValues.Create(longEnough, StringComparison.Ordinal);
        var overlap = longEnough.Max(spelling => spelling.Length) - 1;
        var piece = new byte[Piece];
        var text = new char[overlap + Piece];
        for (var kept = 0; bytes.Read(piece) is > 0 and var read;)
        {
            cancellation.ThrowIfCancellationRequested();
            Encoding.Latin1.GetChars(piece.AsSpan(0, read), text.AsSpan(kept));
            var all = text.AsSpan(0, kept + read);
            if (all.ContainsAny(sought))
            {
                return true;
            }

            kept = Math.Min(overlap, all.Length);
            all[^kept..].CopyTo(text);
        }

        return false;
    }

    /// <summary>What a server said, fit to be shown in a message: no secret, no control characters, not too long.</summary>
    public static string Quote(string text)
    {
        var quote = TerminalText.Escape(Redact(text).Trim());
        return quote.Length > LongestQuote ? quote[..LongestQuote] + "…" : quote;
    }

    private static bool Add(string value)
    {
        lock (Gate)
        {
            if (!Values.Add(value))
            {
                return false;
            }

            known = new([.. known.Spellings.Concat(SecretSpellings.Of(value)).Distinct(StringComparer.OrdinalIgnoreCase).OrderByDescending(text => text.Length)]);
            return true;
        }
    }

    // logs are lines: of a key in several lines each one is a secret, its frame is not
    private static IEnumerable<string> Lines(string? value) =>
        (value ?? "").Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.Length >= SecretVariables.ShortestValue && !line.StartsWith("-----", StringComparison.Ordinal));

    // the longest first, so that no spelling leaves the rest of a longer one behind
    private sealed class Known(ImmutableArray<string> spellings)
    {
        // to prepare the search for all of them takes the start of a program more than it saves there
        private const int Few = 256;

        private readonly Lazy<SearchValues<string>> sought = new(() => SearchValues.Create(spellings.AsSpan(), StringComparison.OrdinalIgnoreCase));

        public ImmutableArray<string> Spellings => spellings;

        // most texts hold none, which one look tells
        public bool MayBeIn(string text) => spellings.Length <= Few || text.AsSpan().ContainsAny(sought.Value);
    }
}
