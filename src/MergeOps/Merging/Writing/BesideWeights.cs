using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>The files beside the weights: companions of the inputs, the config, and what the caller adds.</summary>
internal static class BesideWeights
{
    /// <summary>Writes and flushes them.</summary>
    /// <returns>SHA-256 of each file by its path.</returns>
    public static ImmutableSortedDictionary<string, string> Write(string folder, MergePlan plan, IEnumerable<ExtraFile> extraFiles)
    {
        var digests = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var companion in plan.Companions)
        {
            digests[companion.Path] = companion.Edit is { } edit
                ? Change(plan.Owners[companion.Model], companion.Path, edit, folder)
                : Copy(plan.Owners[companion.Model], companion.Path, folder);
        }

        var written = plan.NewFiles.Select(file => new ExtraFile(file.Key, Encoding.UTF8.GetBytes(file.Value)));
        written = plan.Config is { } config ? written.Append(new ExtraFile(ModelFileNames.Config, Encoding.UTF8.GetBytes(config))) : written;
        foreach (var file in written.Concat(extraFiles))
        {
            DurableFile.WriteAllBytesAtomically(Place(folder, file.Path), file.Content.Span);
            digests[file.Path] = Convert.ToHexStringLower(SHA256.HashData(file.Content.Span));
        }

        FlushFolders(folder, digests.Keys);
        return digests.ToImmutable();
    }

    /// <summary>Bytes of the companions.</summary>
    public static long LengthOfCompanions(MergePlan plan) =>
        plan.Companions.Sum(companion => new FileInfo(PathOf(plan.Owners[companion.Model], companion.Path)).Length);

    private static string Copy(PlannedModel model, string path, string folder)
    {
        var source = PathOf(model, path);
        using var from = ModelFile.Open(source);
        using var to = DurableFile.OpenOrCreate(Place(folder, path), from.Length);
        var locked = model.FileDigests.GetValueOrDefault(path);
        var kind = locked?.Kind ?? DigestKind.Sha256;
        using var hash = BlobDigest.Begin(DigestKind.Sha256, from.Length);
        using var lockedHash = BlobDigest.Begin(kind, from.Length);
        var buffer = new byte[1 << 16];
        for (var position = 0L; position < from.Length; position += buffer.Length)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, from.Length - position));
            from.Read(position, piece);
            to.Write(position, piece);
            hash.AppendData(piece);
            lockedHash.AppendData(piece);
        }

        to.Flush();
        var found = BlobDigest.Finish(kind, lockedHash);
        return locked is null || locked == found
            ? BlobDigest.Finish(DigestKind.Sha256, hash).Hex
            : throw new MergeOpsException(Codes.InputChanged, $"Its content is {found}; the lock says {locked}.", SourceSpan.File(source));
    }

    private static string Change(PlannedModel model, string path, CompanionEdit edit, string folder)
    {
        var source = PathOf(model, path);
        using var from = ModelFile.Open(source);
        var bytes = from.Read(0, checked((int)from.Length));
        if (model.FileDigests.GetValueOrDefault(path) is { } locked && BlobDigest.Of(locked.Kind, bytes) is var found && found != locked)
        {
            throw new MergeOpsException(Codes.InputChanged, $"Its content is {found}; the lock says {locked}.", SourceSpan.File(source));
        }

        var changed = edit.Apply(path, bytes, source);
        DurableFile.WriteAllBytesAtomically(Place(folder, path), changed);
        return Convert.ToHexStringLower(SHA256.HashData(changed));
    }

    private static string PathOf(PlannedModel model, string path) => Path.Combine(model.Checkpoint.Folder, path);

    private static string Place(string folder, string path)
    {
        var place = Path.Combine(folder, path);
        DurableFolder.Create(Path.GetDirectoryName(place)!);
        return place;
    }

    private static void FlushFolders(string folder, IEnumerable<string> paths)
    {
        foreach (var subfolder in paths.Select(path => Path.GetDirectoryName(path)!).Where(name => name.Length > 0).Distinct())
        {
            DurableFolder.Flush(Path.Combine(folder, subfolder));
        }
    }
}
