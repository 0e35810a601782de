using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Publishing.Signing;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>What is known of a version's signature.</summary>
/// <param name="Hint">By which the signature names its key, fit to be shown; null where it names none.</param>
/// <param name="IsVerified">Whether it is of exactly these files and of the key that the user named; null where the user named none.</param>
internal sealed record SignatureVerdict(string? Hint, bool? IsVerified);

/// <summary>Holds what a version says of its origin against its lock and its files, and its signature against a key.</summary>
/// <param name="folder">The version.</param>
/// <param name="key">The public key that must have signed it; null where the user named none.</param>
/// <param name="digestOf">SHA-256 of a file of the version, lower-case hex; null for one that is not there.</param>
/// <param name="found">Takes every flaw.</param>
internal sealed class LineageCheck(ModelFolder folder, EllipticKey? key, Func<string, string?> digestOf, DiagnosticBag found)
{
    private const int MostFindings = 50;
    private const int LongestHint = 64;

    /// <summary>Checks the statement of provenance; versions of earlier programs have none.</summary>
    /// <param name="manifest">What its merge recorded.</param>
    /// <param name="files">Every file that the version lists.</param>
    public void RequireProvenance(MergeManifest manifest, IReadOnlyDictionary<string, PublishedFile> files)
    {
        if (!files.ContainsKey(BuildProvenance.FileName) || !files.ContainsKey(PublicationFiles.Recipe) || Read(BuildProvenance.FileName, BuildProvenance.MaxLength) is not { } text)
        {
            return;
        }

        var inputs = files.ContainsKey(PublicationFiles.Lock) && File.Exists(folder.Locate(PublicationFiles.Lock))
            ? LockText.Read(folder.Locate(PublicationFiles.Lock), PlainFile.ReadText(folder.Locate(PublicationFiles.Lock)))
            : null;
        if (BuildProvenance.FlawOf(text, manifest, inputs, ClosingFiles.WithoutLineage(files)) is { } flaw)
        {
            Find(Codes.ContentChanged, BuildProvenance.FileName, flaw);
        }
    }

    /// <summary>Checks the signature.</summary>
    /// <param name="files">The paths of every file that is there but the signature, and of every one that should be.</param>
    /// <returns>What is known of it; null without one.</returns>
    public SignatureVerdict? RequireSignature(IEnumerable<string> files)
    {
        if (Read(ModelSignature.FileName, ModelSignature.MaxLength) is not { } text)
        {
            if (key is not null)
            {
                Find(Codes.SignatureInvalid, ModelSignature.FileName, "The file is missing: this version is not signed.");
            }

            return null;
        }

        var (signed, flaw) = ModelSignature.Read(text);
        if (signed is null)
        {
            Find(Codes.SignatureInvalid, ModelSignature.FileName, flaw!);
            return new(null, key is null ? null : false);
        }

        // from outside, and as long as it likes
        var hint = signed.Hint is { Length: > 0 } named ? TerminalText.Escape(TerminalText.Shortened(named, LongestHint)) : null;
        var isOfKey = key?.Verifies(signed.Envelope, signed.Signature);
        if (isOfKey == false)
        {
            Find(Codes.SignatureInvalid, ModelSignature.FileName, $"The key did not make it. Its hint is {key!.Hint}; the signature names {hint ?? "none"}.");
        }

        var differences = DifferencesFrom(signed, files).ToList();
        foreach (var (path, detail) in differences.Take(MostFindings))
        {
            Find(Codes.SignatureInvalid, path, detail);
        }

        if (differences.Count > MostFindings)
        {
            Find(Codes.SignatureInvalid, ModelSignature.FileName, $"{differences.Count - MostFindings:N0} more files differ from what was signed.");
        }

        return new(hint, isOfKey is null ? null : isOfKey == true && differences.Count == 0);
    }

    private IEnumerable<(string Path, string Detail)> DifferencesFrom(SignedFiles signed, IEnumerable<string> files)
    {
        foreach (var (path, sha256) in signed.Files)
        {
            if (digestOf(path) is not { } actual)
            {
                yield return (path, "It was signed, and is missing.");
            }
            else if (actual != sha256)
            {
                yield return (path, $"Its SHA-256 is {actual}; {sha256} was signed.");
            }
        }

        foreach (var path in files.Where(path => !signed.Files.ContainsKey(path)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            yield return (path, "It was not signed.");
        }
    }

    private byte[]? Read(string name, int limit) => folder.Locate(name) is var path && File.Exists(path) ? PlainFile.Read(path, limit) : null;

    private void Find(DiagnosticCode code, string path, string detail) => found.Error(code, detail, SourceSpan.File(Path.Combine(folder.Folder, path)));
}
