using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Signing;

/// <summary>A key on one of the curves that the OpenSSF model signing specification knows, each with the hash that belongs to it.</summary>
internal sealed class EllipticKey : ISigner
{
    private const string PrivateKind = "PRIVATE KEY";
    private const string PublicKind = "PUBLIC KEY";
    private const string Encrypted = "ENCRYPTED";
    private const string IsEncrypted = "The private key is encrypted. Store it without a password, where only this program can read it";

    private static readonly (string Oid, string[] Names, HashAlgorithmName Hash)[] Curves =
    [
        ("1.2.840.10045.3.1.7", ["nistP256", "ECDSA_P256"], HashAlgorithmName.SHA256),
        ("1.3.132.0.34", ["nistP384", "ECDSA_P384"], HashAlgorithmName.SHA384),
        ("1.3.132.0.35", ["nistP521", "ECDSA_P521"], HashAlgorithmName.SHA512),
    ];

    private readonly ECDsa key;
    private readonly HashAlgorithmName hash;

    private EllipticKey(ECDsa key, HashAlgorithmName hash) => (this.key, this.hash) = (key, hash);

    /// <summary>The hash that belongs to the curve.</summary>
    public string Hash => hash.Name!;

    /// <summary>By which a bundle names the public key: SHA-256 of its PEM text with a line feed at the end, lower-case hex.</summary>
    public string Hint => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n")));

    /// <summary>Reads a private key, in the PEM of SEC 1 or PKCS #8.</summary>
    /// <param name="pem">The text; other blocks beside the key, such as its public half, do not matter.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="MergeOpsException">It is no private key that can sign.</exception>
    public static EllipticKey Private(string pem, string source) => Read(pem, PrivateKind, source, "a private key");

    /// <summary>Reads a public key, in the PEM of <c>SubjectPublicKeyInfo</c>.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="MergeOpsException">It is no public key that can verify.</exception>
    public static EllipticKey Public(string pem, string source) => Read(pem, PublicKind, source, "a public key");

    /// <summary>The text of a key's file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="named">What names it, such as a variable or an option.</param>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public static string TextOf(string path, string named)
    {
        try
        {
            return PlainFile.ReadText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MergeOpsException(Codes.SigningKeyUnusable, $"{named} names a file that cannot be read: {failure.Message}", SourceSpan.File(path), failure);
        }
    }

    /// <inheritdoc/>
    public byte[] Sign(byte[] bytes) => key.SignData(bytes, hash, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>Whether this key made a signature.</summary>
    public bool Verifies(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature) => key.VerifyData(bytes, signature, hash, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private static EllipticKey Read(string pem, string kind, string source, string what)
    {
        // secrets of workflows often have their line breaks spelled out
        var text = (pem.Contains('\n', StringComparison.Ordinal) ? pem : pem.Replace("\\n", "\n", StringComparison.Ordinal)).TrimStart('\uFEFF');
        var blocks = Blocks(text).Where(block => block.Label.EndsWith(kind, StringComparison.Ordinal)).ToList();
        if (blocks.Count == 0 && text.Contains(Encrypted, StringComparison.Ordinal) && text.Contains(kind, StringComparison.Ordinal))
        {
            // its headers make it no PEM of today
            throw Unusable(source, IsEncrypted);
        }

        if (blocks.Count == 0 && kind == PublicKind && text.Contains(PrivateKind, StringComparison.Ordinal))
        {
            throw Unusable(source, "It is a private key, but the public one is needed");
        }

        if (blocks.Count != 1)
        {
            throw Unusable(source, blocks.Count == 0 ? $"It contains no PEM text of {what}" : "It holds more than one key, and it is unclear which of them is meant");
        }

        if (blocks[0].Label.Contains(Encrypted, StringComparison.Ordinal))
        {
            throw Unusable(source, IsEncrypted);
        }

        var key = ECDsa.Create();
        try
        {
            if (CompressedKey.Read(blocks[0].Text) is { } whole)
            {
                key.ImportParameters(whole);
            }
            else
            {
                key.ImportFromPem(blocks[0].Text);
            }

            var curve = key.ExportParameters(includePrivateParameters: false).Curve.Oid;
            return Curves.FirstOrDefault(known => known.Oid == curve.Value || (curve.Value is null && known.Names.Contains(curve.FriendlyName, StringComparer.OrdinalIgnoreCase))) is { Oid: not null } found
                ? new(key, found.Hash)
                : throw Unusable(source, $"Its curve is {TerminalText.Quoted(curve.FriendlyName ?? curve.Value ?? "unknown")}");
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw Unusable(source, $"It is not {what} of ECDSA");
        }
        catch (MergeOpsException)
        {
            key.Dispose();
            throw;
        }
    }

    private static IEnumerable<(string Label, string Text)> Blocks(string text)
    {
        for (var start = 0; PemEncoding.TryFind(text.AsSpan(start), out var fields);)
        {
            var rest = text[start..];
            yield return (rest[fields.Label], rest[fields.Location]);
            start += fields.Location.GetOffsetAndLength(rest.Length) is var (offset, length) ? offset + length : 0;
        }
    }

    private static MergeOpsException Unusable(string source, string reason) => new(
        Codes.SigningKeyUnusable, $"{TerminalText.Quoted(source)}: {reason}. Use an ECDSA key on P-256, P-384 or P-521: `openssl ecparam -genkey -name prime256v1 -noout -out key.pem`, and `openssl ec -in key.pem -pubout -out key.pub`.");
}
