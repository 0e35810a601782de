using System.Security.Cryptography;
using System.Text;

namespace MergeOps.Diagnostics;

/// <summary>The digest of a text.</summary>
internal static class TextDigest
{
    /// <summary>SHA-256 over its UTF-8, 64 lower-case hex digits.</summary>
    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
