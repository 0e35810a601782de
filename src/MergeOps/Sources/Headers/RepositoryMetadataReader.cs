using System.Collections.Immutable;
using System.Text;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;

namespace MergeOps.Sources.Headers;

/// <summary>
/// Takes the metadata of a commit: its list of files, its config and index, and the first bytes of each weight file, as
/// strictly as a merge reads local models. No weight is read.
/// </summary>
/// <param name="source">Where commits are looked at.</param>
/// <param name="vocabularies">What is known of tokenizers.</param>
/// <param name="findings">Takes what is worth knowing.</param>
internal sealed class RepositoryMetadataReader(IRepositorySource source, KnownVocabularies vocabularies, DiagnosticBag findings)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Takes them.</summary>
    /// <exception cref="MergeOpsException">The model has no safetensors, breaks a rule of the format, or cannot be asked for.</exception>
    public async Task<RepositoryMetadata> ReadAsync(RepositoryName name, RepositoryInfo info, CancellationToken cancellation)
    {
        var commit = await source.FilesAsync(name, info.Commit, cancellation);
        var descriptions = await DescriptionsAsync(commit, cancellation);
        ModelWeights.Require(commit.Paths, descriptions.GetValueOrDefault, ModelAddress.OnHub(name.ToString()));
        var folders = Components.FoldersWithWeights(commit.Paths, descriptions.GetValueOrDefault);
        var shards = await new WeightHeaders(source, commit, findings).ReadAsync(folders, cancellation);
        var checkpoint = CheckpointReader.Of("", shards, folders.Remove(ComponentName.Own));
        ModelWeights.RequireNoAdapter(checkpoint, descriptions.GetValueOrDefault, name.ToString());
        var config = await TextAsync(commit, ModelFileNames.Config, ModelConfig.LargestFile, cancellation);
        var used = shards.Select(shard => shard.File.Path)
            .Concat(ModelFiles.OfEveryModel(commit.Paths, checkpoint.Components))
            .Concat(await CompanionsAsync(commit, config, descriptions, cancellation));
        var files = commit.Among(used);
        return new RepositoryMetadata(
            info.Id,
            info.Commit,
            CardFields.Of(info.CardData),
            config,
            files,
            [.. shards.OrderBy(shard => shard.File.Path, StringComparer.Ordinal)])
        {
            Paths = RepositoryMetadata.Kept(commit.Paths),
            Descriptions = descriptions,
            HeadIsEmbedding = await HeadIsEmbeddingAsync(commit, checkpoint, cancellation),
            EqualCopies = await EqualCopiesAsync(commit, checkpoint, cancellation),
            Vocabulary = await vocabularies.InAsync(commit, cancellation),
            Signature = await LockedSignature.InAsync(commit, files, cancellation),
        };
    }

    private static async Task<ImmutableArray<string>> CompanionsAsync(
        CommitFiles commit, string? config, ImmutableSortedDictionary<string, string> descriptions, CancellationToken cancellation)
    {
        var texts = config is null ? descriptions : descriptions.Add(ModelFileNames.Config, config.TrimStart('\uFEFF'));
        texts = texts.AddRange(await SearchedAsync(commit, RemoteCode.NamingAmong(commit.Paths).Except(texts.Keys, StringComparer.Ordinal), cancellation));
        if (!RemoteCode.Of(commit.Paths, texts.GetValueOrDefault).IsEmpty)
        {
            texts = texts.AddRange(await SearchedAsync(commit, RemoteCode.ImportableAmong(commit.Paths), cancellation));
        }

        return CompanionFiles.Among(commit.Paths, texts.GetValueOrDefault);
    }

    // only names of other files are looked for in them, whatever else they hold
    private static async Task<Dictionary<string, string>> SearchedAsync(CommitFiles commit, IEnumerable<string> paths, CancellationToken cancellation)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in paths.Select(path => commit.Find(path)!).Where(file => file.Size <= RemoteCode.LargestFile))
        {
            texts[file.Path] = Encoding.UTF8.GetString(await commit.ReadWholeAsync(file.Path, RemoteCode.LargestFile, cancellation)).TrimStart('\uFEFF');
        }

        return texts;
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

    private static async Task<bool?> HeadIsEmbeddingAsync(CommitFiles commit, Checkpoint checkpoint, CancellationToken cancellation) =>
        ArchitectureRules.Usual.HeadOf(checkpoint) is { } head && ArchitectureRules.Usual.EmbeddingOf(checkpoint) is { } embedding
            ? !head.DType.IsFloat8() && await IsEqualAsync(commit, head, embedding, cancellation)
            : null;

    private static async Task<ImmutableSortedSet<string>> EqualCopiesAsync(CommitFiles commit, Checkpoint checkpoint, CancellationToken cancellation)
    {
        var equal = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var (copy, original) in ArchitectureRules.Usual.CopiesIn(checkpoint))
        {
            if (await IsEqualAsync(commit, copy, original, cancellation))
            {
                equal.Add(copy.Name);
            }
        }

        return equal.ToImmutable();
    }

    private static async Task<bool> IsEqualAsync(CommitFiles commit, TensorInfo first, TensorInfo second, CancellationToken cancellation)
    {
        if (first.DType != second.DType || !first.Shape.SequenceEqual(second.Shape))
        {
            return false;
        }

        // a few places are enough to tell a tensor that was trained from one that was stored twice; the merge compares all of it
        var places = ByteSample.PlacesIn(first.ByteLength).ToList();
        foreach (var index in new[] { 0, places.Count / 2, places.Count - 1 }.Distinct().Where(index => index < places.Count))
        {
            var (offset, length) = places[index];
            var ofFirst = await commit.ReadAsync(first.File, first.Offset + offset, length, cancellation);
            var ofSecond = await commit.ReadAsync(second.File, second.Offset + offset, length, cancellation);
            if (!ofFirst.AsSpan().SequenceEqual(ofSecond))
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<string?> TextAsync(CommitFiles commit, string path, int cap, CancellationToken cancellation)
    {
        if (commit.Find(path) is null)
        {
            return null;
        }

        var bytes = await commit.ReadWholeAsync(path, cap, cancellation);
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
