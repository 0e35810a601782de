using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Publishing.Signing;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>
/// Compares a published model, or a merged one that is not published yet, with what was recorded of it: every file by
/// its SHA-256, every tensor by its content digest, and nothing else beside them.
/// </summary>
internal sealed class PublicationVerifier
{
    private readonly string folder;
    private readonly ModelFolder links;
    private readonly Action<long>? hashed;
    private readonly CancellationToken cancellation;
    private readonly EllipticKey? key;
    private readonly PublicationVersion? wanted;
    private readonly DiagnosticBag findings = new();
    private readonly Dictionary<string, string> digests = new(StringComparer.Ordinal);

    private PublicationVerifier(string folder, EllipticKey? key, PublicationVersion? wanted, Action<long>? hashed, CancellationToken cancellation)
    {
        (this.folder, this.key, this.wanted, this.hashed, this.cancellation) = (folder, key, wanted, hashed, cancellation);
        links = new ModelFolder(folder);
    }

    /// <summary>Verifies a folder.</summary>
    /// <param name="folder">A published version, or the output of a merge.</param>
    /// <param name="key">The public key that must have signed it; null where nobody says.</param>
    /// <param name="hashed">Told how many bytes were hashed, now and then; for progress.</param>
    /// <param name="wanted">The version that it must be; null for the one that the folder's name says, if it says one.</param>
    /// <param name="cancellation">Stops between two files or tensors.</param>
    /// <exception cref="MergeOpsException">The folder holds no model of ours, or a record cannot be read.</exception>
    public static VerificationReport Verify(string folder, EllipticKey? key = null, Action<long>? hashed = null, PublicationVersion? wanted = null, CancellationToken cancellation = default)
    {
        var merge = Directory.Exists(folder) ? MergeManifest.Find(folder) : null;
        var publication = Directory.Exists(folder) ? PublicationManifest.Find(folder) : null;
        return merge is null && publication?.Origin is null
            ? throw new MergeOpsException(Codes.NotAMergedModel, $"It holds no {MergeManifest.FileName}.{VersionsIn(folder)}", SourceSpan.File(folder))
            : new PublicationVerifier(folder, key, wanted ?? PublicationVersion.Parse(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))), hashed, cancellation).Run(merge, publication);
    }

    // the place of a publication holds a folder for each version
    private static string VersionsIn(string folder) =>
        PublishedVersions.In(folder).Max() is { } highest
            ? $" It is where versions are published: name one of them. Did you mean {TerminalText.Quoted(Path.Combine(folder, highest.Text).Replace('\\', '/'))}?"
            : "";

    // files in a place of their own have no merge
    private VerificationReport Run(MergeManifest? merge, PublicationManifest? publication)
    {
        var recorded = publication is null
            ? merge!.Files.ToDictionary(file => file.Key, file => (Sha256: file.Value, Size: (long?)null), StringComparer.Ordinal)
            : publication.Files.ToDictionary(file => file.Key, file => (file.Value.Sha256, Size: (long?)file.Value.Size), StringComparer.Ordinal);
        foreach (var (path, (sha256, size)) in recorded.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            Guarded(path, () => RequireFile(path, sha256, size));
        }

        string[] weights = [];
        var lineage = new LineageCheck(links, key, DigestOf, findings);
        if (merge is not null)
        {
            if (publication is not null)
            {
                RequireAgreement(publication, merge);
                Guarded(BuildProvenance.FileName, () => lineage.RequireProvenance(merge, publication.Files));
            }

            Guarded("", () => weights = RequireTensors(merge));
        }

        string[] own = publication is null
            ? [MergeManifest.FileName, .. weights]
            : [PublicationManifest.FileName];
        SignatureVerdict? signature = null;
        var known = recorded.Keys.Concat(own).Append(ModelSignature.FileName).ToHashSet(StringComparer.Ordinal);
        Guarded(ModelSignature.FileName, () => signature = lineage.RequireSignature(known.Concat(UnrecordedFiles.In(folder, known)).Where(path => path != ModelSignature.FileName && !IsOptional(path, weights))));
        Guarded("", () => ReportUnknown(known, publication is null ? Severity.Warning : Severity.Error));
        if (publication is not null)
        {
            RequireRelease(publication);
        }

        return new VerificationReport(recorded.Count, merge?.Tensors.Count ?? 0, [.. findings.InSourceOrder()])
        {
            Name = merge?.Name ?? publication!.Name,
            Release = publication?.Release,
            Signature = signature,
            Origin = publication?.Origin,
        };
    }

    // a whole earlier version under a later name is as it was published, and not what its name says
    private void RequireRelease(PublicationManifest publication)
    {
        if (wanted is not null && wanted.Text != publication.Release)
        {
            Find(Codes.ContentChanged, PublicationManifest.FileName, $"It is version {TerminalText.Quoted(publication.Release)}, and is looked for as version {wanted.Text}.");
        }
    }

    // a list of weights may be there or not
    private bool IsOptional(string path, string[] weights) => weights.Contains(path, StringComparer.Ordinal) && !File.Exists(Path.Combine(folder, path));

    /// <summary>Compares what the publication recorded with what the merge had recorded before it.</summary>
    private void RequireAgreement(PublicationManifest publication, MergeManifest merge)
    {
        if ((publication.Name, publication.PlanDigest, publication.ModelDigest) != (merge.Name, merge.PlanDigest, merge.ModelDigest))
        {
            Find(
                Codes.ContentChanged,
                PublicationManifest.FileName,
                $"Its model, plan or model digest differs from {MergeManifest.FileName}.");
        }

        foreach (var (path, sha256) in merge.Files.Where(file => !PublicationFiles.Own.Contains(file.Key)))
        {
            if (!publication.Files.TryGetValue(path, out var published))
            {
                Find(Codes.ContentMissing, path, $"{MergeManifest.FileName} records it, {PublicationManifest.FileName} does not.");
            }
            else if (published.Sha256 != sha256)
            {
                Find(Codes.ContentChanged, path, $"{MergeManifest.FileName} records the SHA-256 {sha256}, {PublicationManifest.FileName} {published.Sha256}.");
            }
        }
    }

    private void RequireFile(string path, string sha256, long? size)
    {
        if (PortablePath.Objection(path) is { } objection)
        {
            Find(Codes.ContentMissing, "", $"{TerminalText.Quoted(path)} is recorded: {objection}");
            return;
        }

        var full = links.Locate(path);
        if (!File.Exists(full))
        {
            Find(Codes.ContentMissing, path, "The file is missing.");
            return;
        }

        var length = LengthOf(full);
        if (size is { } expected && length != expected)
        {
            Find(Codes.ContentChanged, path, $"It has {length} bytes; {expected} were recorded.");
            return;
        }

        var actual = FileDigests.Sha256(full, cancellation);
        hashed?.Invoke(length);
        digests[path] = actual;
        if (actual != sha256)
        {
            Find(Codes.ContentChanged, path, $"Its SHA-256 is {actual}; {sha256} was recorded.");
        }
    }

    // weights count once, whoever asks for their digest
    private string? DigestOf(string path) =>
        digests.GetValueOrDefault(path) ?? (links.Locate(path) is var full && File.Exists(full) ? digests[path] = FileDigests.Sha256(full, cancellation) : null);

    // of the file itself: a snapshot in the Hub's cache holds links
    private static long LengthOf(string path)
    {
        using var file = ModelFile.Open(path);
        return file.Length;
    }

    /// <summary>Compares every tensor.</summary>
    /// <returns>The files that hold the tensors, and those that may list them.</returns>
    private string[] RequireTensors(MergeManifest merge)
    {
        var checkpoint = Components.Open(folder, findings);
        foreach (var difference in TensorDigests.Compare(checkpoint, merge, hashed, cancellation))
        {
            findings.Add(difference);
        }

        return [.. checkpoint.Files.Select(file => file.Path), .. ShardLayout.IndexPaths(checkpoint.Components)];
    }

    private void ReportUnknown(HashSet<string> known, Severity severity)
    {
        foreach (var file in UnrecordedFiles.In(folder, known))
        {
            findings.Add(new Diagnostic(Codes.ContentUnknown, severity, "No manifest lists it.", SourceSpan.File(Path.Combine(folder, file))));
        }
    }

    // A file that cannot be read is one finding among others.
    private void Guarded(string path, Action check)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            check();
        }
        catch (MergeOpsException failure)
        {
            findings.Add(failure.Diagnostic);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Find(Codes.FileUnreadable, path, failure.Message);
        }
    }

    private void Find(DiagnosticCode code, string path, string detail) =>
        findings.Error(code, detail, SourceSpan.File(Path.Combine(folder, path)));
}
