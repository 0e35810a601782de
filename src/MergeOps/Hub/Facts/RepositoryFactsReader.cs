using System.Collections.Immutable;
using System.Text;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Hub.Client;
using MergeOps.Tensors;

namespace MergeOps.Hub.Facts;

/// <summary>
/// Takes the facts of a commit: its list of files, its config and index, and the first bytes of each weight file, as
/// strictly as a merge reads local models. No weight is read.
/// </summary>
internal sealed class RepositoryFactsReader(IRepositorySource source, DiagnosticBag findings)
{
    private const int LargestConfig = 4 << 20;
    private const int AtOnce = 8;
    private const int DeepestPath = 3;
    private const int MostPaths = 2000;

    // holds the whole header of most files: one request is enough for them
    private const int FirstBytes = 128 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Takes them.</summary>
    /// <exception cref="MergeOpsException">The model has no safetensors, breaks a rule of the format, or cannot be asked for.</exception>
    public async Task<RepositoryFacts> ReadAsync(RepositoryName name, RepositoryInfo info, CancellationToken cancellation)
    {
        var commit = new CommitFiles(source, name, info.Commit, await source.FilesAsync(name, info.Commit, cancellation));
        var shards = await ShardsAsync(commit, cancellation);
        var used = shards.Select(shard => shard.File.Path)
            .Concat(commit.Paths.Where(path => path is ModelConfig.FileName or CheckpointReader.IndexFile))
            .Concat(CompanionFiles.Among(commit.Paths).Where(path => PortablePath.Objection(path) is null))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        return new RepositoryFacts(
            info.Id,
            info.Commit,
            CardFacts.Of(info.CardData),
            await TextAsync(commit, ModelConfig.FileName, LargestConfig, cancellation),
            [.. used.Select(path => commit.Find(path)!).Select(file => new LockedFile(file.Path, file.Size, file.Digest))],
            [.. shards.OrderBy(shard => shard.File.Path, StringComparer.Ordinal)])
        {
            Paths = [.. commit.Paths.Where(path => path.Split('/').Length <= DeepestPath).Take(MostPaths)],
            Descriptions = await DescriptionsAsync(commit, cancellation),
            HeadIsEmbedding = await HeadIsEmbeddingAsync(commit, CheckpointReader.Of("", shards), cancellation),
        };
    }

    private static async Task<ImmutableSortedDictionary<string, string>> DescriptionsAsync(CommitFiles commit, CancellationToken cancellation)
    {
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var path in DescriptionFiles.Among(commit.Paths))
        {
            texts[path] = (await TextAsync(commit, path, DescriptionFiles.LargestFile, cancellation))!.TrimStart('\uFEFF');
        }

        return texts.ToImmutable();
    }

    private static async Task<bool?> HeadIsEmbeddingAsync(CommitFiles commit, Checkpoint checkpoint, CancellationToken cancellation)
    {
        if (TensorRoles.HeadOf(checkpoint) is not { } head || TensorRoles.EmbeddingOf(checkpoint) is not { } embedding)
        {
            return null;
        }

        if (head.DType != embedding.DType || !head.Shape.SequenceEqual(embedding.Shape))
        {
            return false;
        }

        // a few places are enough to tell a head that was trained from one that was stored twice; the merge compares all of it
        var places = ByteSample.PlacesIn(head.ByteLength).ToList();
        foreach (var index in new[] { 0, places.Count / 2, places.Count - 1 }.Distinct().Where(index => index < places.Count))
        {
            var (offset, length) = places[index];
            var ofHead = await commit.ReadAsync(commit.Find(head.File)!, head.Offset + offset, length, cancellation);
            var ofEmbedding = await commit.ReadAsync(commit.Find(embedding.File)!, embedding.Offset + offset, length, cancellation);
            if (!ofHead.AsSpan().SequenceEqual(ofEmbedding))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<IReadOnlyList<SafetensorsHeader>> ShardsAsync(CommitFiles commit, CancellationToken cancellation)
    {
        if (commit.Find(CheckpointReader.IndexFile) is { } index)
        {
            return await IndexedAsync(commit, index, cancellation);
        }

        return commit.Find(CheckpointReader.SingleFile) is { } single
            ? [await HeaderAsync(commit, single, cancellation)]
            : throw await new MissingSafetensors(source).ExplainAsync(commit, cancellation);
    }

    private async Task<IReadOnlyList<SafetensorsHeader>> IndexedAsync(CommitFiles commit, RepositoryFile indexFile, CancellationToken cancellation)
    {
        var indexPath = commit.Describe(indexFile.Path);
        var index = ShardIndexReader.Parse(await commit.ReadWholeAsync(indexFile, SafetensorsHeaderReader.MaxHeaderLength, cancellation), indexPath);
        var shards = index.WeightMap.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var headers = new SafetensorsHeader[shards.Count];
        await Parallel.ForAsync(
            0,
            shards.Count,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (i, token) => headers[i] = await HeaderAsync(
                commit,
                commit.Find(shards[i]) ?? throw new MergeOpsException(
                    Codes.ShardMissing, $"It is named in {CheckpointReader.IndexFile}, and the commit does not have it.", SourceSpan.File(commit.Describe(shards[i]))),
                token));
        IndexAgreement.Require(index, headers, indexPath, findings);
        return headers;
    }

    private static async Task<SafetensorsHeader> HeaderAsync(CommitFiles commit, RepositoryFile file, CancellationToken cancellation)
    {
        var path = commit.Describe(file.Path);
        var bytes = await commit.ReadAsync(file, 0, FirstBytes, cancellation);
        var length = SafetensorsHeaderReader.PrefixAndHeaderLength(
            bytes.AsSpan(0, Math.Min(SafetensorsHeaderReader.PrefixLength, bytes.Length)), file.Size, path);
        if (length > bytes.Length)
        {
            bytes = [.. bytes, .. await commit.ReadAsync(file, bytes.Length, length - bytes.Length, cancellation)];
        }

        return SafetensorsHeaderReader.Parse(bytes.AsSpan(0, length), file.Size, path, file.Path);
    }

    private static async Task<string?> TextAsync(CommitFiles commit, string path, int cap, CancellationToken cancellation)
    {
        if (commit.Find(path) is not { } file)
        {
            return null;
        }

        var bytes = await commit.ReadWholeAsync(file, cap, cancellation);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException broken)
        {
            throw new MergeOpsException(Codes.ConfigUnreadable, "It is not UTF-8 text.", SourceSpan.File(commit.Describe(path)), broken);
        }
    }
}
