using MergeOps.Diagnostics;
using MergeOps.Publishing.Signing;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>What is known of a version's signature.</summary>
/// <param name="Hint">By which the signature names its key; null where it names none.</param>
/// <param name="IsVerified">Whether the key that the user named made it.</param>
internal sealed record SignatureVerdict(string? Hint, bool IsVerified);

/// <summary>Holds what a version says of its origin against its lock and its files, and its signature against a key.</summary>
/// <param name="folder">The version.</param>
/// <param name="key">The public key that must have signed it; null where the user named none.</param>
/// <param name="digestOf">SHA-256 of a file of the version, lower-case hex; null for one that is not there.</param>
/// <param name="found">Takes every flaw.</param>
internal sealed class LineageCheck(ModelFolder folder, EllipticKey? key, Func<string, string?> digestOf, DiagnosticBag found)
{
    /// <summary>Checks the statement of provenance; versions of earlier programs have none.</summary>
    /// <param name="files">Every file that the version lists.</param>
    public void RequireProvenance(IReadOnlyDictionary<string, PublishedFile> files)
    {
        if (!files.ContainsKey(BuildProvenance.FileName) || Read(BuildProvenance.FileName, BuildProvenance.MaxLength) is not { } text)
        {
            return;
        }

        var inputs = files.ContainsKey(PublicationFiles.Lock) && File.Exists(folder.Locate(PublicationFiles.Lock))
            ? new LockReader(folder.Locate(PublicationFiles.Lock), PlainFile.ReadText(folder.Locate(PublicationFiles.Lock))).Read()
            : null;
        foreach (var flaw in BuildProvenance.FlawsOf(text, inputs, files.ToDictionary(file => file.Key, file => file.Value.Sha256, StringComparer.Ordinal)))
        {
            Find(Codes.ContentChanged, BuildProvenance.FileName, flaw);
        }
    }

    /// <summary>Checks the signature.</summary>
    /// <param name="files">The paths of every file of the version but the signature.</param>
    /// <returns>What is known of it; null without one.</returns>
    public SignatureVerdict? RequireSignature(IEnumerable<string> files)
    {
        if (Read(ModelSignature.FileName, ModelSignature.MaxLength) is not { } text)
        {
            if (key is not null)
            {
                Find(Codes.SignatureInvalid, ModelSignature.FileName, "The file is missing: nobody signed this version.");
            }

            return null;
        }

        var (signed, flaw) = ModelSignature.Read(text);
        if (signed is null)
        {
            Find(Codes.SignatureInvalid, ModelSignature.FileName, flaw!);
            return new(null, IsVerified: false);
        }

        var isVerified = key?.Verifies(signed.Envelope, signed.Signature) == true;
        if (key is not null && !isVerified)
        {
            Find(Codes.SignatureInvalid, ModelSignature.FileName, $"The key did not make it. Its hint is {key.Hint}; the signature names {signed.Hint ?? "none"}.");
        }

        foreach (var (path, sha256) in signed.Files)
        {
            var actual = PortablePath.Objection(path) is null ? digestOf(path) : null;
            if (actual != sha256)
            {
                Find(Codes.SignatureInvalid, path, actual is null ? "It was signed, and is missing." : $"Its SHA-256 is {actual}; {sha256} was signed.");
            }
        }

        foreach (var path in files.Where(path => !signed.Files.ContainsKey(path)).Order(StringComparer.Ordinal))
        {
            Find(Codes.SignatureInvalid, path, "It was not signed.");
        }

        return new(signed.Hint, isVerified);
    }

    private byte[]? Read(string name, int limit) => folder.Locate(name) is var path && File.Exists(path) ? PlainFile.Read(path, limit) : null;

    private void Find(DiagnosticCode code, string path, string detail) => found.Error(code, detail, SourceSpan.File(folder.Locate(path)));
}
