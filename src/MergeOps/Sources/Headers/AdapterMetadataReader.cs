using System.Collections.Immutable;
using System.Text;
using MergeOps.Architectures.Lora;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Reading;

namespace MergeOps.Sources.Headers;

/// <summary>Takes the metadata of an adapter's commit: its settings, and the header of the file with its factors. No weight is read.</summary>
/// <param name="source">Where commits are looked at.</param>
internal sealed class AdapterMetadataReader(IRepositorySource source)
{
    /// <summary>Takes them.</summary>
    /// <exception cref="MergeOpsException">It is no adapter, breaks a rule of the format, or cannot be asked for.</exception>
    public async Task<RepositoryMetadata> ReadAsync(RepositoryName name, RepositoryInfo info, CancellationToken cancellation)
    {
        var commit = await source.FilesAsync(name, info.Commit, cancellation);
        var weights = LoraFiles.WeightsAmong(commit.Paths, name.ToString());
        var header = await WeightHeaders.HeaderAsync(commit, weights, cancellation);
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (LoraFiles.SettingsOf(weights) is { } settings && commit.Find(settings) is not null)
        {
            texts[settings] = Encoding.UTF8.GetString(await commit.ReadWholeAsync(settings, LoraFiles.LargestSettings, cancellation));
        }

        if (header.Metadata.GetValueOrDefault(LoraFiles.MetadataKey) is { } metadata)
        {
            texts[LoraFiles.MetadataKey] = metadata;
        }

        var files = commit.Among(texts.Keys.Where(key => key != LoraFiles.MetadataKey).Append(weights));
        return new RepositoryMetadata(
            info.Id,
            info.Commit,
            CardFields.Of(info.CardData),
            null,
            files,
            [header])
        {
            Paths = RepositoryMetadata.Kept(commit.Paths),
            Descriptions = texts.ToImmutable(),
            Signature = await LockedSignature.InAsync(commit, files, cancellation),
        };
    }
}
