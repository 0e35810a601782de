namespace MergeOps.Hub;

/// <summary>How the Hub names the content of a file.</summary>
internal enum DigestKind
{
    /// <summary>SHA-256 of the bytes: every file in large-file storage, and every local file.</summary>
    Sha256,

    /// <summary>The SHA-1 that git gives to a blob: files that lie in the repository itself.</summary>
    GitBlob,
}

/// <summary>The digest of a whole file, of the kind that the Hub answers with; of tensors see <see cref="Tensors.ContentDigest"/>.</summary>
/// <param name="Kind">What was computed.</param>
/// <param name="Hex">Lower-case: 64 digits of a SHA-256, 40 of a git blob.</param>
internal sealed record ContentDigest(DigestKind Kind, string Hex)
{
    private const string Sha256Prefix = "sha256:";
    private const string GitPrefix = "git:";

    /// <summary>How decisions write it: a SHA-256 is bare there.</summary>
    public string InDecisions => Kind is DigestKind.Sha256 ? Hex : ToString();

    /// <summary>A SHA-256.</summary>
    public static ContentDigest Sha256(string hex) => new(DigestKind.Sha256, hex);

    /// <summary>Reads the exact text of <see cref="ToString"/>; null when it is none.</summary>
    public static ContentDigest? TryParse(string text) =>
        text.StartsWith(Sha256Prefix, StringComparison.Ordinal) ? OfHex(DigestKind.Sha256, text[Sha256Prefix.Length..])
        : text.StartsWith(GitPrefix, StringComparison.Ordinal) ? OfHex(DigestKind.GitBlob, text[GitPrefix.Length..])
        : null;

    /// <summary>The digest that bare hex names by its length, as the Hub's ETags and blob names do; null when it names none.</summary>
    public static ContentDigest? OfHex(string hex) => OfHex(DigestKind.Sha256, hex) ?? OfHex(DigestKind.GitBlob, hex);

    /// <summary><c>sha256:HEX</c> or <c>git:HEX</c>.</summary>
    public override string ToString() => (Kind is DigestKind.Sha256 ? Sha256Prefix : GitPrefix) + Hex;

    private static ContentDigest? OfHex(DigestKind kind, string hex) =>
        hex.Length == (kind is DigestKind.Sha256 ? 64 : 40) && hex.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
            ? new ContentDigest(kind, hex)
            : null;
}
