using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Publishing.Signing;

/// <summary>A key on one of the curves that the OpenSSF model signing specification knows, each with the hash that belongs to it.</summary>
internal sealed class EllipticKey : IDisposable
{
    private readonly ECDsa key;
    private readonly HashAlgorithmName hash;

    private EllipticKey(ECDsa key, HashAlgorithmName hash) => (this.key, this.hash) = (key, hash);

    /// <summary>By which a bundle names the public key: SHA-256 of its PEM text with a line feed at the end, lower-case hex.</summary>
    public string Hint => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n")));

    /// <summary>Reads a private key, in the PEM of SEC 1 or PKCS #8.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="MergeOpsException">It is no private key that can sign.</exception>
    public static EllipticKey Private(string pem, string source) =>
        pem.Contains("ENCRYPTED", StringComparison.Ordinal)
            ? throw Unusable(source, "The private key is encrypted. Store it without a password, where only this program can read it")
            : Read(pem, "PRIVATE KEY-----", source, "a private key");

    /// <summary>Reads a public key, in the PEM of <c>SubjectPublicKeyInfo</c>.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="MergeOpsException">It is no public key that can verify.</exception>
    public static EllipticKey Public(string pem, string source) => Read(pem, "PUBLIC KEY-----", source, "a public key");

    /// <summary>The signature of bytes, as DER.</summary>
    public byte[] Sign(ReadOnlySpan<byte> bytes) => key.SignData(bytes, hash, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>Whether this key made a signature.</summary>
    public bool Verifies(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature) => key.VerifyData(bytes, signature, hash, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private static EllipticKey Read(string pem, string label, string source, string what)
    {
        if (!pem.Contains(label, StringComparison.Ordinal))
        {
            throw Unusable(source, $"It holds no PEM text of {what} (-----BEGIN {(label.StartsWith("PUBLIC", StringComparison.Ordinal) ? "" : "EC ")}{label})");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw Unusable(source, $"It is not {what} of ECDSA");
        }

        return key.KeySize switch
        {
            256 => new(key, HashAlgorithmName.SHA256),
            384 => new(key, HashAlgorithmName.SHA384),
            521 => new(key, HashAlgorithmName.SHA512),
            var size => throw Unusable(source, $"Its curve has {size} bits"),
        };
    }

    private static MergeOpsException Unusable(string source, string reason) => new(
        Codes.SigningKeyUnusable, $"{TerminalText.Quoted(source)}: {reason}. Use an ECDSA key on P-256, P-384 or P-521: `openssl ecparam -genkey -name prime256v1 -noout -out key.pem`, and `openssl ec -in key.pem -pubout -out key.pub`.");
}
