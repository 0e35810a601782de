using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MergeOps.Tensors;

/// <summary>By which hash the Hub names the content of a file.</summary>
internal enum DigestKind
{
    /// <summary>SHA-256 of the content: large files, and all files of local models.</summary>
    Sha256,

    /// <summary>SHA-1 of <c>blob SIZE\0</c> and the content, as git names it: small files that lie in git itself.</summary>
    GitBlob,
}

/// <summary>
/// The digest of a whole file, which is its name in the Hub's cache too. A class, because generic code over a struct of ours is
/// compiled when a verb that should answer at once first meets it.
/// </summary>
/// <param name="Kind">The hash.</param>
/// <param name="Hex">Lower-case hex: 64 digits of SHA-256, 40 of a git blob.</param>
internal sealed record BlobDigest(DigestKind Kind, string Hex)
{
    private const int GitLength = 40;
    private const int Sha256Length = 64;
    private const int BufferSize = 1024 * 1024;

    /// <summary>Reads <c>sha256:HEX</c> or <c>git:HEX</c>; null when it is neither.</summary>
    public static BlobDigest? TryParse(string text) => text.Split(':') switch
    {
        ["sha256", { Length: Sha256Length } hex] => OfHex(hex),
        ["git", { Length: GitLength } hex] => OfHex(hex),
        _ => null,
    };

    /// <summary>The digest whose digits these are, told by their number; null when they are no digest, whatever else they are.</summary>
    public static BlobDigest? OfHex(string hex) => hex switch
    {
        _ when !hex.All(char.IsAsciiHexDigitLower) => null,
        { Length: Sha256Length } => new(DigestKind.Sha256, hex),
        { Length: GitLength } => new(DigestKind.GitBlob, hex),
        _ => null,
    };

    /// <summary>The digest of bytes that are all there.</summary>
    public static BlobDigest Of(DigestKind kind, ReadOnlySpan<byte> bytes)
    {
        using var hash = Begin(kind, bytes.Length);
        hash.AppendData(bytes);
        return Finish(kind, hash);
    }

    /// <summary>The digest of a file, in constant memory.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">The file is not there or cannot be read.</exception>
    public static BlobDigest OfFile(DigestKind kind, string path, CancellationToken cancellation)
    {
        using var file = ModelFile.Open(path);
        using var hash = Begin(kind, file.Length);
        var buffer = new byte[Math.Min(BufferSize, file.Length)];
        for (var position = 0L; position < file.Length; position += buffer.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, file.Length - position));
            file.Read(position, piece);
            hash.AppendData(piece);
        }

        return Finish(kind, hash);
    }

    /// <summary>A hash that takes the content of a file of this size.</summary>
    public static IncrementalHash Begin(DigestKind kind, long size)
    {
        if (kind is DigestKind.Sha256)
        {
            return IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }

        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {size}\0")));
        return hash;
    }

    /// <summary>The digest of what <see cref="Begin"/>'s hash took.</summary>
    public static BlobDigest Finish(DigestKind kind, IncrementalHash hash) => new(kind, Convert.ToHexStringLower(hash.GetHashAndReset()));

    /// <summary><c>sha256:HEX</c> or <c>git:HEX</c>.</summary>
    public override string ToString() => $"{(Kind is DigestKind.Sha256 ? "sha256" : "git")}:{Hex}";
}
