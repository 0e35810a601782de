using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading.Files;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>Compares a merged model with its manifest, byte for byte; a file that was compared before and has the same identity still is not read again.</summary>
/// <param name="folder">The model.</param>
/// <param name="digests">What is known of files; null to read all of them.</param>
/// <param name="cancellation">Stops between two pieces.</param>
internal sealed class OutputContent(string folder, KnownDigests? digests, CancellationToken cancellation)
{
    private readonly byte[] buffer = new byte[1 << 20];
    private int compared;
    private int byIdentity;
    private string? weak;

    /// <summary>By what the files that were looked at are known to be right.</summary>
    public MergeEvidence Evidence => new(compared, byIdentity, 0, weak);

    /// <summary>What is not as the merge wrote it; null when all is.</summary>
    /// <param name="manifest">What the merge wrote.</param>
    /// <param name="layout">The files that are asked for.</param>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public Objection? Damage(MergeManifest manifest, ShardLayout layout)
    {
        if (manifest.Files.Keys.FirstOrDefault(file => !Path.Exists(Path.Combine(folder, file))) is { } missing)
        {
            return new($"{TerminalText.Quoted(missing)} of its {MergeManifest.FileName} is missing.") { IsDamage = true };
        }

        if (manifest.Files.FirstOrDefault(file =>
            PlainFile.Objection(Path.Combine(folder, file.Key)) is not null || FileDigests.Sha256(Path.Combine(folder, file.Key), cancellation) != file.Value).Key is { } changed)
        {
            return new($"{TerminalText.Quoted(changed)} is not the file that the merge wrote.") { MayBeReplaced = true };
        }

        Checkpoint checkpoint;
        try
        {
            checkpoint = Components.Open(folder, []);
        }
        catch (MergeOpsException unreadable)
        {
            return new(unreadable.Diagnostic.Detail) { IsDamage = true };
        }

        return Tensors(checkpoint, manifest) ?? Layout(checkpoint, layout);
    }

    /// <summary>The files in the folder of a whole merge that it did not write, in ordinal order; what systems and git put into folders does not count.</summary>
    /// <param name="manifest">What the merge wrote.</param>
    public ImmutableArray<string> Foreign(MergeManifest manifest)
    {
        var checkpoint = Components.Open(folder, []);
        HashSet<string> own = [.. manifest.Files.Keys, MergeManifest.FileName, .. ShardLayout.IndexPaths(checkpoint.Components), .. checkpoint.Files.Select(file => file.Path)];
        return [.. UnrecordedFiles.In(folder, own).Order(StringComparer.Ordinal)];
    }

    /// <summary>Remembers that the files of a model hold what was written to them a moment ago.</summary>
    public static void Remember(string folder, MergeManifest manifest, ShardLayout layout, KnownDigests? digests)
    {
        foreach (var shard in layout.Tensors.Values.GroupBy(tensor => tensor.File))
        {
            var path = Path.Combine(folder, shard.Key);
            Remember(digests, path, DigestOf(shard, manifest), FileIdentity.Of(path));
        }
    }

    // the model is there and whole; what cannot be remembered is read again the next time
    private static void Remember(KnownDigests? digests, string path, string digest, FileIdentity identity)
    {
        try
        {
            digests?.RememberTensors(path, digest, identity);
        }
        catch (MergeOpsException refusal) when (refusal.Diagnostic.Code == Codes.HomeUnwritable)
        {
        }
    }

    private Objection? Tensors(Checkpoint checkpoint, MergeManifest manifest)
    {
        var found = checkpoint.Tensors.Values.Select(tensor => (tensor.Name, tensor.DType, Shape: string.Join(',', tensor.Shape)));
        var expected = manifest.Tensors.Select(pair => (Name: pair.Key, pair.Value.DType, Shape: string.Join(',', pair.Value.Shape)));
        if (!found.ToHashSet().SetEquals(expected) || DigestOf(checkpoint.Tensors.Values, manifest) != manifest.ModelDigest)
        {
            return new($"Its tensors are not those of its {MergeManifest.FileName}.") { IsDamage = true };
        }

        return checkpoint.Tensors.Values.GroupBy(tensor => tensor.File)
            .Select(file => OfFile(Path.Combine(folder, file.Key), [.. file.OrderBy(tensor => tensor.Offset)], manifest))
            .FirstOrDefault(objection => objection is not null);
    }

    private Objection? OfFile(string path, List<TensorInfo> tensors, MergeManifest manifest)
    {
        var digest = DigestOf(tensors, manifest);
        if (digests?.HoldsTensors(path, digest) == true)
        {
            byIdentity++;
            weak ??= WeakFileSystem.NameOf(path);
            return null;
        }

        compared++;
        using var file = ModelFile.Open(path);
        var identity = file.Identity;
        if (tensors.Find(tensor => ContentOf(file, tensor) != manifest.Tensors[tensor.Name].ContentDigest) is { } damaged)
        {
            return new($"Tensor {TerminalText.Quoted(damaged.Name)} in {TerminalText.Quoted(damaged.File)} differs from what the merge wrote.") { IsDamage = true };
        }

        if (file.Identity != identity)
        {
            return new($"{TerminalText.Quoted(Path.GetFileName(path))} changes while it is read.");
        }

        Remember(digests, path, digest, identity);
        return null;
    }

    private string ContentOf(ModelFile file, TensorInfo tensor)
    {
        var digest = new ContentDigest();
        for (var position = 0L; position < tensor.ByteLength; position += buffer.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.ByteLength - position));
            file.Read(tensor.Offset + position, piece);
            digest.Append(piece);
        }

        return digest.Finish();
    }

    private static string DigestOf(IEnumerable<TensorInfo> tensors, MergeManifest manifest) => ModelDigest.Of(
        tensors.Select(tensor => new DigestedTensor(tensor.Name, tensor.DType, tensor.Shape, manifest.Tensors[tensor.Name].ContentDigest)));

    private static Objection? Layout(Checkpoint checkpoint, ShardLayout layout) =>
        checkpoint.Tensors.Values.All(tensor => layout.Tensors.GetValueOrDefault(tensor.Name)?.File == tensor.File)
            ? null
            : new($"It holds this merge in {checkpoint.Files.Length} weight {(checkpoint.Files.Length == 1 ? "file" : "files")}; {layout.Shards.Length} of other names or sizes {(layout.Shards.Length == 1 ? "is" : "are")} asked for.") { MayBeReplaced = true };
}
