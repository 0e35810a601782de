using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>
/// Remembers the digests of whole files by their identity, so that each file is hashed once for each content. A file that
/// changed within two seconds before it was hashed is remembered by this object alone: a second change could come so soon
/// that it gives the file no other time.
/// </summary>
/// <param name="home">Where it outlives the process.</param>
/// <param name="clock">Says how old a file is.</param>
internal sealed class KnownDigests(MergeOpsHome home, TimeProvider clock)
{
    private const int BufferSize = 1024 * 1024;

    private const string GitLabel = "\0git";
    private const string TensorsLabel = "\0tensors";

    private static readonly string[] Labels = ["", GitLabel, TensorsLabel];
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly string folder = home["digests"];
    private readonly KnownBlocks blocks = new(home);
    private readonly ConcurrentDictionary<string, (FileIdentity Identity, string Content)> unsettled = new(StringComparer.Ordinal);

    /// <summary>The index of a user.</summary>
    public static KnownDigests Of(HostEnvironment environment) => new(environment.Home, environment.Clock);

    /// <summary>The SHA-256 of a file, from the index when its identity is unchanged.</summary>
    /// <exception cref="MergeOpsException">The file is not there or cannot be read.</exception>
    public string Of(string path) => Of(path, DigestKind.Sha256).Hex;

    /// <summary>The digest of a file, from the index when its identity is unchanged.</summary>
    /// <exception cref="MergeOpsException">The file is not there, cannot be read, or changes while it is read.</exception>
    public BlobDigest Of(string path, DigestKind kind, CancellationToken cancellation = default) =>
        (Find(path, kind) ?? Hash(path, kind, cancellation)).Digest;

    /// <summary>A file by its content, from the index when its identity is unchanged.</summary>
    /// <param name="place">Where it lies.</param>
    /// <param name="path">Its path where it is listed.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The file is not there, cannot be read, or changes while it is read.</exception>
    public HashedFile FileAt(string place, string path, CancellationToken cancellation) => new(path, FileIdentity.Of(place).Size, Of(place, DigestKind.Sha256, cancellation));

    /// <summary>The digest and the blocks of a weight file; a file whose blocks are not known is hashed again.</summary>
    /// <exception cref="MergeOpsException">The file is not there, cannot be read, or changes while it is read.</exception>
    public VerifiedFile WithBlocks(string path, DigestKind kind, CancellationToken cancellation) =>
        FindWithBlocks(path, kind) ?? Hash(path, kind, cancellation);

    /// <summary>The digest of a file if it was taken before and the file is still the same; null when it must be hashed.</summary>
    public VerifiedFile? Find(string path, DigestKind kind) =>
        FindEntry(path, EntryOf(path, LabelOf(kind))) is var (identity, content) && BlobDigest.OfHex(content) is { } digest && digest.Kind == kind
            ? new(identity, digest)
            : null;

    /// <summary>The same with the digests of its blocks; null when it must be hashed to know both.</summary>
    public VerifiedFile? FindWithBlocks(string path, DigestKind kind) =>
        Find(path, kind) is { } known && blocks.Find(known.Digest) is { } found ? known with { Blocks = found } : null;

    /// <summary>Remembers what somebody else has computed while the file was written.</summary>
    /// <param name="path">The file under its final name.</param>
    /// <param name="digest">What its bytes are.</param>
    /// <param name="found">The digests of its blocks; null when it holds no weights.</param>
    /// <exception cref="MergeOpsException">The folder cannot be written.</exception>
    public void Remember(string path, BlobDigest digest, BlockDigests? found) =>
        Remember(path, new VerifiedFile(FileIdentity.Of(Real(path)), digest) { Blocks = found }, Now);

    /// <summary>Whether a file of a merged model was found to hold these tensors, and is still the same file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="modelDigest">The model digest of the tensors that it must hold.</param>
    public bool HoldsTensors(string path, string modelDigest) => FindEntry(path, EntryOf(path, TensorsLabel)) is var (_, content) && content == modelDigest;

    /// <summary>Remembers what a file of a merged model was found to hold.</summary>
    /// <param name="path">The file.</param>
    /// <param name="modelDigest">The model digest of its tensors.</param>
    /// <param name="identity">What the file was before it was read.</param>
    /// <exception cref="MergeOpsException">The folder cannot be written.</exception>
    public void RememberTensors(string path, string modelDigest, FileIdentity identity) => Keep(EntryOf(path, TensorsLabel), identity, modelDigest, Now);

    /// <summary>Forgets a file whose bytes turned out to be others than its identity promised.</summary>
    /// <exception cref="MergeOpsException">The folder cannot be written.</exception>
    public void Forget(string path)
    {
        foreach (var entry in Labels.Select(label => EntryOf(path, label)))
        {
            unsettled.TryRemove(entry, out _);
            if (File.Exists(entry))
            {
                WriteFailure.Guard(entry, () => File.Delete(entry));
            }
        }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private VerifiedFile Hash(string path, DigestKind kind, CancellationToken cancellation)
    {
        var begun = Now;
        using var file = ModelFile.Open(Real(path));
        var identity = file.Identity;
        using var hash = BlobDigest.Begin(kind, file.Length);
        var recorder = new BlockRecorder(file.Length);
        var buffer = new byte[Math.Min(BufferSize, file.Length)];
        for (var position = 0L; position < file.Length; position += buffer.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, file.Length - position));
            file.Read(position, piece);
            hash.AppendData(piece);
            recorder.Append(piece);
        }

        if (file.Identity != identity)
        {
            throw new MergeOpsException(Codes.InputChanged, "Another process changed or replaced it while it was hashed.", SourceSpan.File(path));
        }

        var verified = new VerifiedFile(identity, BlobDigest.Finish(kind, hash)) { Blocks = recorder.Finish() };
        Remember(path, verified, begun);
        return verified;
    }

    private void Remember(string path, VerifiedFile file, DateTime hashed)
    {
        if (file.Blocks is { } found)
        {
            blocks.Keep(file.Digest, found);
        }

        Keep(EntryOf(path, LabelOf(file.Digest.Kind)), file.Identity, file.Digest.Hex, hashed);
    }

    private void Keep(string entry, FileIdentity identity, string content, DateTime read)
    {
        if (read - identity.LastChange < Settled)
        {
            unsettled[entry] = (identity, content);
        }
        else
        {
            home.Write(entry, Encoding.ASCII.GetBytes($"{identity} {content} {SumOf(entry, $"{identity} {content}")}"));
        }
    }

    private (FileIdentity Identity, string Content)? FindEntry(string path, string entry)
    {
        if (unsettled.TryGetValue(entry, out var young) && young.Identity == FileIdentity.Of(Real(path)))
        {
            return young;
        }

        return PlainFile.Recall(entry)?.Split(' ') is [var seen, var content, var sum]
            && sum == SumOf(entry, $"{seen} {content}")
            && FileIdentity.Of(Real(path)) is var now
            && seen == now.ToString()
                ? (now, content)
                : null;
    }

    // an entry to which anything happened, or that belongs to another file, is no memory
    private static string SumOf(string entry, string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Path.GetFileName(entry)} {text}")).AsSpan(0, 8));

    // links that lead to one file share its digest
    private static string Real(string path) => RealPath.Of(path) ?? Path.GetFullPath(path);

    private string EntryOf(string path, string label) =>
        Path.Combine(folder, TextDigest.Of(Real(path) + label));

    private static string LabelOf(DigestKind kind) => kind is DigestKind.GitBlob ? GitLabel : "";
}
