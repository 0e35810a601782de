using System.Text;
using System.Text.Json;

namespace MergeOps.Diagnostics.Secrets;

/// <summary>Every way in which a text could give a value away.</summary>
internal static class SecretSpellings
{
    // fewer characters of a base64 text could stand for anything
    private const int ShortestBase64 = 8;

    /// <summary>Plain, URL-encoded, as in JSON, and base64 at each of its three alignments.</summary>
    public static IEnumerable<string> Of(string value)
    {
        yield return value;
        foreach (var encoded in new[] { Uri.EscapeDataString(value), JsonEncodedText.Encode(value).ToString() })
        {
            if (encoded != value)
            {
                yield return encoded;
            }
        }

        for (var shift = 0; shift < 3; shift++)
        {
            // the digits at both ends depend on what stands beside the value
            var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string(' ', shift) + value)).TrimEnd('=')[(shift == 0 ? 0 : shift + 1)..^1];
            if (text.Length >= ShortestBase64)
            {
                yield return text;
                yield return text.Replace('+', '-').Replace('/', '_');
            }
        }
    }
}
