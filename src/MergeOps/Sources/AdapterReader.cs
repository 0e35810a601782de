using System.Collections.Immutable;
using System.Text;
using MergeOps.Architectures;
using MergeOps.Architectures.Lora;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.Recipes;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>Reads header and settings of an adapter: of a local one from its files, of one on the Hub from the lock's metadata, without the network.</summary>
internal static class AdapterReader
{
    /// <summary>The metadata of an adapter.</summary>
    /// <param name="environment">The variables and folders that count.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="adapter">The adapter alone.</param>
    /// <param name="modelLock">The recipe's lock, or null.</param>
    /// <exception cref="MergeOpsException">It is none, cannot be read, or is not the locked one.</exception>
    public static AdapterMetadata Read(HostEnvironment environment, Recipe recipe, Located<ModelReference> adapter, ModelLock? modelLock)
    {
        var name = adapter.Value.ToString();
        var locked = modelLock?.Find(name, LockedKind.Adapter);
        if (LocalModels.Locate(adapter, recipe.ModelsFolder) is not { } path)
        {
            var metadata = LockedMetadata.Of(recipe, new(adapter, IsAdapter: true), modelLock, locked);
            var repository = RemoteModel.NameOf(adapter.Value.Path, adapter.Span);
            return new(
                adapter.Value,
                metadata.CheckpointIn(HubCache.Of(HubSettings.Of(environment)).SnapshotFolder(repository, metadata.Commit)),
                SettingsIn(metadata, name),
                metadata.Descriptions.GetValueOrDefault(LoraFiles.MetadataKey),
                metadata.Files.ToOrdinalMap(file => file.Path, file => (BlobDigest?)file.Digest))
            {
                Card = metadata.Card,
                Remote = new RemoteModel(repository, adapter.Value.Revision, metadata),
            };
        }

        var local = LocalAdapter.At(path, name);
        locked ??= LockedFiles.None(name, adapter.Span, modelLock);
        LockedFiles.RequireLocal(locked, adapter.Span);
        if (locked is not null)
        {
            LockedFiles.RequireUnchanged(locked, new[] { local.Settings }.OfType<string>(), local.Folder, adapter.Span);
        }

        var header = local.ReadHeader();
        var checkpoint = CheckpointReader.Of(local.Folder, [header]);
        return new(
            adapter.Value,
            checkpoint,
            local.ReadSettings(),
            header.Metadata.GetValueOrDefault(LoraFiles.MetadataKey),
            local.Files.ToOrdinalMap(file => file, file => locked is null ? (BlobDigest?)null : LockedFiles.DigestOf(locked, file, local.Folder, adapter.Span)))
        {
            FileSamples = locked is null ? ByteSample.OfFiles(checkpoint) : ImmutableSortedDictionary<string, string>.Empty,
            Card = CardFrontMatter.In(local.Folder),
        };
    }

    // the digest in the lock stands for the real settings; a text beside it must be that one
    private static string? SettingsIn(RepositoryMetadata metadata, string name)
    {
        if (metadata.Files.Find(Adapters.SettingsFile) is not { } file)
        {
            return null;
        }

        return metadata.Descriptions.GetValueOrDefault(file.Path) is { } text && BlobDigest.Of(file.Digest.Kind, Encoding.UTF8.GetBytes(text)) == file.Digest
            ? text.TrimStart('\uFEFF')
            : throw new MergeOpsException(Codes.MetadataUnreadable, $"The metadata file of '{name}' has different settings from those that the lock pins. Remove it, and run `mergeops lock` again.");
    }
}
