using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MergeOps.TestHub.Http;

/// <summary>URLs that carry their own permission, which ends.</summary>
internal sealed class SignedUrls(TimeProvider time, TimeSpan lifetime)
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Adds an expiry and a signature to a URL that has a query or none.</summary>
    public string Sign(string host, string pathAndQuery)
    {
        var expires = time.GetUtcNow().Add(lifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var url = $"{pathAndQuery}{(pathAndQuery.Contains('?', StringComparison.Ordinal) ? '&' : '?')}Expires={expires}";
        return $"{host}{url}&Signature={Signature(url)}";
    }

    /// <summary>Why a request's URL opens nothing; null if it does.</summary>
    public string? Refusal(string pathAndQuery)
    {
        var at = pathAndQuery.LastIndexOf("&Signature=", StringComparison.Ordinal);
        if (at < 0 || Signature(pathAndQuery[..at]) != pathAndQuery[(at + 11)..])
        {
            return "SignatureDoesNotMatch";
        }

        var expires = pathAndQuery[..at].Split("Expires=")[^1];
        return long.Parse(expires, CultureInfo.InvariantCulture) < time.GetUtcNow().ToUnixTimeSeconds() ? "Request has expired" : null;
    }

    private string Signature(string url) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(url)));
}
