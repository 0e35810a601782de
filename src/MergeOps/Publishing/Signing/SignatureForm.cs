using System.Buffers.Text;
using System.Formats.Asn1;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeOps.Publishing.Signing;

/// <summary>
/// The forms in which signers give an ECDSA signature: the bytes themselves (<c>openssl dgst -sign</c>), their base64 with or
/// without line breaks, also of the alphabet for addresses (<c>cosign sign-blob</c>), or a JSON object with that base64 in its member
/// <c>Signature</c> or <c>signature</c> (<c>aws kms sign</c>). The bytes are DER (ECDSA-Sig-Value of RFC 3279), or r and s side by side,
/// each as long as the curve's field (IEEE P1363: <c>pkcs11-tool</c>, JWS).
/// </summary>
internal static class SignatureForm
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    // r and s of P-256, P-384 and P-521
    private static readonly int[] RawLengths = [2 * 32, 2 * 48, 2 * 66];

    /// <summary>Everything that an answer may mean, as DER; empty where it is no signature in any of the forms.</summary>
    /// <param name="answer">What the signer printed.</param>
    public static IReadOnlyList<byte[]> Read(byte[] answer) =>
        [.. EncodedIn(answer).SelectMany(Meanings)];

    private static IEnumerable<byte[]> EncodedIn(byte[] answer)
    {
        yield return answer;
        if (TextOf(answer) is not { } text)
        {
            yield break;
        }

        if (text.StartsWith('{'))
        {
            text = MemberOf(text) ?? "";
        }

        var letters = string.Concat(text.Where(letter => !char.IsWhiteSpace(letter))).Replace('+', '-').Replace('/', '_').TrimEnd('=');
        if (letters.Length > 0 && Base64Url.IsValid(letters))
        {
            yield return Base64Url.DecodeFromChars(letters);
        }
    }

    private static IEnumerable<byte[]> Meanings(byte[] bytes)
    {
        if (IsDer(bytes))
        {
            yield return bytes;
        }

        if (RawLengths.Contains(bytes.Length))
        {
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteInteger(new BigInteger(bytes.AsSpan(0, bytes.Length / 2), isUnsigned: true, isBigEndian: true));
                writer.WriteInteger(new BigInteger(bytes.AsSpan(bytes.Length / 2), isUnsigned: true, isBigEndian: true));
            }

            yield return writer.Encode();
        }
    }

    private static bool IsDer(byte[] bytes)
    {
        try
        {
            var reader = new AsnReader(bytes, AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            _ = sequence.ReadInteger();
            _ = sequence.ReadInteger();
            sequence.ThrowIfNotEmpty();
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static string? TextOf(byte[] answer) => Ascii.IsValid(answer) ? Encoding.ASCII.GetString(answer).Trim() : null;

    private static string? MemberOf(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict) is JsonObject answer && (answer["Signature"] ?? answer["signature"]) is JsonValue value && value.TryGetValue<string>(out var signature) ? signature : null;
        }
        // half of a surrogate pair is JSON, and no text
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
