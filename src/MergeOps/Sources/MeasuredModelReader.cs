using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Locking;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>Reads the headers of statistics: of local ones from their files, of those on the Hub from the lock's metadata, without the network.</summary>
internal static class MeasuredModelReader
{
    /// <summary>The statistics that are needed of a model.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="need">What is needed.</param>
    /// <param name="model">What is known of the model, with its adapters.</param>
    /// <param name="modelLock">The recipe's lock, or null.</param>
    /// <exception cref="MergeOpsException">They are not there or not locked, cannot be read, or are not of that model or of another kind.</exception>
    public static MeasuredModel Read(HostEnvironment environment, Recipe recipe, NeededStatistics need, ModelMetadata model, ModelLock? modelLock)
    {
        var span = need.Location.Span;
        if (model.Model.Value.IsStage)
        {
            throw new MergeOpsException(
                Codes.StatisticsMissing, $"'{need.Model}' is the result of another recipe in the file, so it cannot be measured. Move that recipe to its own file, merge it, and name the merged folder here.", span);
        }

        var locked = modelLock?.Find(need.Location.Value, LockedKind.Statistics);
        var measured = need.IsOnHub ? Remote(environment, recipe, need, modelLock, locked) : Local(recipe, need, modelLock, locked);
        var description = measured.File.Description;
        if (description.Kind != need.Kind)
        {
            throw new MergeOpsException(
                Codes.StatisticsUnfit,
                $"'{need.Location.Value}' holds {RecipeKeys.NameOf(description.Kind)} statistics, but {RecipeKeys.NameOf(need.Kind)} statistics are needed for '{need.Model}'. Name the right file, or run `{Command(recipe, need)}`.",
                span);
        }

        if (need.Data is { } data && description.DataDigest != data)
        {
            throw new MergeOpsException(
                Codes.StatisticsUnfit,
                $"'{need.Location.Value}' was measured on prompts other than those that the recipe has now. Run `{Command(recipe, need)}`{Moved(need)}{ThenLock(recipe, modelLock)}.",
                span);
        }

        var digest = DigestOf(model, new(() => KnownDigests.Of(environment)));
        return description.ModelDigest == digest
            ? measured
            : throw new MergeOpsException(
                Codes.StatisticsStale,
                $"'{need.Location.Value}' was measured on weights with the digest {Short(description.ModelDigest)} ({TerminalText.Quoted(description.Model)}), and '{need.Model}' has {Short(digest)}. Run `{Command(recipe, need)}`{Moved(need)}{ThenLock(recipe, modelLock)}.",
                span);
    }

    private static MeasuredModel Local(Recipe recipe, NeededStatistics need, ModelLock? modelLock, LockedEntry? locked)
    {
        var path = need.PathIn(recipe);
        var span = need.Location.Span;
        if (!File.Exists(path))
        {
            throw new MergeOpsException(
                Codes.StatisticsMissing,
                $"'{need.Location.Value}' does not exist: the {RecipeKeys.NameOf(need.Kind)} statistics of '{need.Model}'. Run `{Command(recipe, need)}`{Moved(need)}{ThenLock(recipe, modelLock)}.",
                span);
        }

        if (modelLock is not null && locked is null)
        {
            throw new MergeOpsException(Codes.LockDisagrees, $"'{need.Location.Value}' is not in the lock. Run `mergeops lock {recipe.Path}`.", span);
        }

        var file = StatisticsFile.Read(path);
        return new(
            need,
            file,
            file.Checkpoint.Files.ToOrdinalMap(each => each.Path, each => locked is null ? null : LockedFiles.DigestOf(locked, each.Path, file.Checkpoint.Folder, span)))
        {
            FileSamples = locked is null ? ByteSample.OfFiles(file.Checkpoint) : ImmutableSortedDictionary<string, string>.Empty,
        };
    }

    private static MeasuredModel Remote(HostEnvironment environment, Recipe recipe, NeededStatistics need, ModelLock? modelLock, LockedEntry? locked)
    {
        var span = need.Location.Span;
        if (modelLock is null)
        {
            throw new MergeOpsException(
                Codes.LockMissing, $"'{need.Location.Value}' is on the Hub, and plans read files on the Hub only through the lock. Run `mergeops lock {recipe.Path}` and commit what it writes.", span);
        }

        if (locked is not { Commit: { } commit, Metadata: { } digest, Files: [var pinned] })
        {
            throw new MergeOpsException(Codes.LockDisagrees, $"'{need.Location.Value}' is not in the lock. Run `mergeops lock {recipe.Path}`.", span);
        }

        var metadata = new MetadataFolder(recipe.Folder).Find(digest)
            ?? throw new MergeOpsException(
                Codes.MetadataMissing,
                $"The lock names the metadata of '{need.Location.Value}' as .locks/{digest}.json beside the recipe. Commit that file with the lock, or run `mergeops lock {recipe.Path}` to collect it again.",
                span);
        if (metadata.Commit != commit || metadata.Files is not [var file] || file != pinned)
        {
            throw new MergeOpsException(Codes.LockDisagrees, $"The lock and the metadata of '{need.Location.Value}' do not agree. Run `mergeops lock {recipe.Path}`.", span);
        }

        var wanted = HubFile.Of(need.Location);
        var folder = HubCache.Of(HubSettings.Of(environment)).SnapshotFolder(wanted.Repository, commit);
        return new(
            need,
            StatisticsFile.Of(metadata.Shards[0] with { Metadata = StatisticsFactsReader.PairsIn(metadata) }, folder, need.Location.Value),
            metadata.Files.ToOrdinalMap(each => each.Path, each => (BlobDigest?)each.Digest))
        {
            Remote = new(wanted.Repository, wanted.Revision, metadata),
        };
    }

    /// <summary>The digest that statistics of a model have; files without a lock are hashed once for each content.</summary>
    /// <param name="model">What is known of the model, with its adapters.</param>
    /// <param name="known">Knows the digests of files.</param>
    public static string DigestOf(ModelMetadata model, Lazy<KnownDigests> known)
    {
        return MeasuredWeights.DigestOf(model.Adapters.Select(adapter => FilesOf(adapter.Checkpoint, adapter.FileDigests).Concat(MeasuredWeights.Settings(Adapters.SettingsFile, adapter.Settings)))
            .Prepend(FilesOf(model.Checkpoint, model.FileDigests).Concat(MeasuredWeights.Settings(ModelFileNames.Config, model.Config is { } config ? CanonicalJson.Write(config.Root) : null))));

        IEnumerable<KeyValuePair<string, BlobDigest>> FilesOf(Checkpoint checkpoint, ImmutableSortedDictionary<string, BlobDigest?> digests) => checkpoint.Files.Select(
            file => KeyValuePair.Create(file.Path, digests.GetValueOrDefault(file.Path) ?? known.Value.Of(Path.Combine(checkpoint.Folder, file.Path), DigestKind.Sha256)));
    }

    /// <summary>The digest of all models of a merge, in their order.</summary>
    /// <param name="models">What is known of them.</param>
    /// <param name="known">Knows the digests of files.</param>
    public static string TogetherDigestOf(IEnumerable<ModelMetadata> models, Lazy<KnownDigests> known) =>
        CanonicalJson.Digest(new JsonArray([.. models.Select(model => (JsonNode)DigestOf(model, known))]));

    /// <summary>Reports statistics of a merge of other models.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="models">All of its models.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    public static void CheckTogether(HostEnvironment environment, Recipe recipe, IReadOnlyList<ModelMetadata> models, DiagnosticBag diagnostics)
    {
        var files = models.SelectMany(model => model.Statistics).Where(file => file.File.Description.Together is not null).ToList();
        if (files.Count == 0)
        {
            return;
        }

        var digest = TogetherDigestOf(models, new(() => KnownDigests.Of(environment)));
        foreach (var file in files.Where(file => file.File.Description.Together != digest))
        {
            diagnostics.Error(
                Codes.StatisticsStale,
                $"'{file.Need.Location.Value}' was measured in a merge of other models, or of the same ones in another order. Run `{Command(recipe, file.Need)}`.",
                file.Need.Location.Span);
        }
    }

    private static string Command(Recipe recipe, NeededStatistics need) => $"mergeops measure {RecipeKeys.NameOf(need.Kind)} {recipe.Address}{(need.Kind is not StatisticKind.Gates && need.Model == recipe.BaseModel?.Value && recipe.MergeMethod.Value.BeforeMeasuring is null ? $" --model {need.Model}" : "")}";

    private static string Moved(NeededStatistics need) => need.Written is { } written ? $", which writes '{written}': move that file here, or leave the key out" : "";

    private static string ThenLock(Recipe recipe, ModelLock? modelLock) => modelLock is null ? "" : $", then `mergeops lock {recipe.Path}`";

    private static string Short(string digest) => digest.Length > 12 ? digest[..12] + "…" : digest;
}
