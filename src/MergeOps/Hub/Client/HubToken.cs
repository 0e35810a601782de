using System.Net.Http.Headers;
using System.Text;

namespace MergeOps.Hub.Client;

/// <summary>The user's secret for the Hub. It shows itself to nobody but the request that carries it.</summary>
internal sealed class HubToken
{
    // fewer characters of a base64 text could stand for anything
    private const int ShortestSpelling = 8;

    private readonly string secret;

    private HubToken(string secret) => this.secret = secret;

    /// <summary>A token without the blanks and line breaks around and in it; null when nothing is left.</summary>
    /// <exception cref="FormatException">It holds characters that no header can carry.</exception>
    public static HubToken? Of(string? text)
    {
        var secret = text?.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Trim();
        if (string.IsNullOrEmpty(secret))
        {
            return null;
        }

        return secret.All(c => c is > ' ' and <= '~')
            ? new HubToken(secret)
            : throw new FormatException("a token holds only visible ASCII characters");
    }

    /// <summary>Lets a request speak for the user. The caller has made sure that it goes to the Hub itself.</summary>
    public void Authorize(HttpRequestMessage request) => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);

    /// <summary>Every way in which a text could give the token away: plain, URL-encoded, and base64 at each of its three alignments.</summary>
    public IEnumerable<string> Spellings()
    {
        yield return secret;
        if (Uri.EscapeDataString(secret) is var escaped && escaped != secret)
        {
            yield return escaped;
        }

        for (var shift = 0; shift < 3; shift++)
        {
            // the digits at both ends depend on what stands beside the token
            var text = Convert.ToBase64String(Encoding.ASCII.GetBytes(new string(' ', shift) + secret)).TrimEnd('=')[(shift == 0 ? 0 : shift + 1)..^1];
            if (text.Length >= ShortestSpelling)
            {
                yield return text;
                yield return text.Replace('+', '-').Replace('/', '_');
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Redaction.Mask;
}
