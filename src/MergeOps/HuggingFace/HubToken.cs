using System.Net.Http.Headers;
using MergeOps.Diagnostics;

namespace MergeOps.HuggingFace;

/// <summary>The user's secret for the Hub. It shows itself to nobody but the request that carries it.</summary>
internal sealed class HubToken
{
    private readonly string secret;

    private HubToken(string secret)
    {
        this.secret = secret;
        SecretText.Register(secret);
    }

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

    /// <inheritdoc/>
    public override string ToString() => SecretText.Mask;
}
