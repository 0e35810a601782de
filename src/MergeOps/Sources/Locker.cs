using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Locking;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;
using MergeOps.Tokenizers;

namespace MergeOps.Sources;

/// <summary>Pins the models and adapters of a recipe, and the single files on the Hub that it names: every file that the merge uses, with its size and digest; of models on the Hub also the commit.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="digests">What is known of local files.</param>
/// <param name="hub">Where models on the Hub are looked at.</param>
internal sealed class Locker(Recipe recipe, KnownDigests digests, HubConnection hub)
{
    private readonly MetadataFolder metadataFolder = new(recipe.Folder);
    private readonly KnownVocabularies vocabularies = new();

    /// <summary>Locks every model: local ones as they are now, those on the Hub as they were locked before, else at the head of their revision.</summary>
    /// <param name="before">The lock so far; <see cref="ModelLock.Empty"/> when there is none.</param>
    /// <param name="moves">Whether a model on the Hub goes to the head of its revision even if it was locked before.</param>
    /// <param name="movesFile">The same of a single file, by its address.</param>
    /// <param name="found">Takes what is worth knowing of the models.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">A model is not there, or cannot be read or asked for.</exception>
    public async Task<ModelLock> LockAsync(
        ModelLock before, Predicate<ModelReference> moves, Predicate<string> movesFile, DiagnosticBag found, CancellationToken cancellation)
    {
        var parts = new List<LockedPart>();
        foreach (var part in ReferencedModels.PartsOf(recipe))
        {
            await GuardAsync(part, async () => parts.Add(LocalModels.Locate(part.Model, recipe.ModelsFolder) is { } path
                ? new(part, Local(recipe, part, path, digests, cancellation), null)
                : await RemoteAsync(part, moves(part.Model.Value) ? null : before.Find(part.Model.Value.ToString(), part.Kind), found, cancellation)));
        }

        if (parts.Exists(part => part.Metadata is not null) && WholeVocabularies.AreNeeded(recipe, [.. parts.Where(part => !part.Part.IsAdapter).Select(VocabularyOf).OfType<Vocabulary>()]))
        {
            for (var i = 0; i < parts.Count; i++)
            {
                var index = i;
                await GuardAsync(parts[i].Part, async () => parts[index] = await KeepWholeAsync(parts[index], cancellation));
            }
        }

        for (var i = 0; i < parts.Count; i++)
        {
            var index = i;
            await GuardAsync(parts[i].Part, async () => parts[index] = await KeepPromptsAsync(parts[index], cancellation));
        }

        var files = new List<LockedEntry>();
        foreach (var file in ReferencedFiles.Of(recipe))
        {
            var known = movesFile(file.Location.Value) ? null : before.Find(file.Location.Value, file.Kind);
            files.Add(await new FileLocker(hub, metadataFolder).LockAsync(file, known, found, cancellation));
        }

        foreach (var need in recipe.Documents.SelectMany(ReferencedStatistics.Of).Where(need => !need.IsOnHub))
        {
            if (need.PathIn(recipe) is var path && File.Exists(path) && digests.Find(path, DigestKind.Sha256) is null)
            {
                StatisticsContent.Require(path, need.Location.Value, cancellation);
            }
        }

        return new([.. parts.Select(Kept), .. files, .. StatisticsHere(recipe, digests, found, cancellation)]);
    }

    /// <summary>The local statistics of a recipe as they are now; those that are missing are reported and left out, because models can be measured by a lock that lacks them.</summary>
    public static IEnumerable<LockedEntry> StatisticsHere(Recipe recipe, KnownDigests digests, DiagnosticBag found, CancellationToken cancellation)
    {
        foreach (var need in recipe.Documents.SelectMany(ReferencedStatistics.Of).Where(need => !need.IsOnHub).DistinctBy(need => need.Location.Value))
        {
            var path = need.PathIn(recipe);
            if (File.Exists(path))
            {
                yield return new(need.Location.Value, [digests.FileAt(path, Path.GetFileName(path), cancellation)]) { Kind = LockedKind.Statistics };
            }
            else
            {
                found.Warning(
                    Codes.StatisticsMissing,
                    $"'{need.Location.Value}' does not exist, and is not in the lock: the {RecipeKeys.NameOf(need.Kind)} statistics of '{need.Model}'. Run `mergeops measure {RecipeKeys.NameOf(need.Kind)} {recipe.Path}`, then lock again.",
                    need.Location.Span);
            }
        }
    }

    /// <summary>A local model or adapter as it is now.</summary>
    /// <exception cref="MergeOpsException">It cannot be read.</exception>
    public static LockedEntry Local(Recipe recipe, ModelPart part, string path, KnownDigests digests, CancellationToken cancellation)
    {
        var (folder, used) = UsedFiles.Of(recipe, part, path);
        return new(part.Model.Value.ToString(), [.. used.Select(file => digests.FileAt(Path.Combine(folder, file), file, cancellation))]) { Kind = part.Kind };
    }

    private async Task<LockedPart> RemoteAsync(
        ModelPart part, LockedEntry? before, DiagnosticBag found, CancellationToken cancellation)
    {
        var model = part.Model;
        var name = RemoteModel.NameOf(model.Value.Path, model.Span);
        if (before is { Commit: not null, Metadata: { } known } && metadataFolder.Find(known) is { Version: RepositoryMetadataText.Version, UnknownComponents.IsEmpty: true, LacksSignature: false } metadata && metadata.Commit == before.Commit)
        {
            return new(part, Entry(part, metadata, known, before.Gated), metadata);
        }

        if (before is null && LocalModels.LooksMistyped(model.Value.Path, recipe.Folder) is { } suspicion)
        {
            hub.Tell($"{suspicion} Looking for it at {hub.Name} instead.");
        }

        var info = await hub.Repositories.InfoAsync(name, before?.Commit ?? model.Value.Revision, cancellation);
        if (info.RenameNotice(name, model.Span) is { } notice)
        {
            found.Add(notice);
        }

        var taken = part.IsAdapter
            ? await new AdapterMetadataReader(hub.Repositories).ReadAsync(name, info, cancellation)
            : await new RepositoryMetadataReader(hub.Repositories, vocabularies, found).ReadAsync(name, info, cancellation);
        return new(part, Entry(part, taken, null, before is { Commit: not null } ? before.Gated : info.Gated), taken);
    }

    private LockedEntry Entry(ModelPart part, RepositoryMetadata metadata, string? digest, string? gated) =>
        new(part.Model.Value.ToString(), UsedFiles.Of(recipe, part, metadata)) { Kind = part.Kind, Commit = metadata.Commit, Metadata = digest, Gated = gated };

    private static async Task GuardAsync(ModelPart part, Func<Task> look)
    {
        try
        {
            await look();
        }
        catch (MergeOpsException problem) when (problem.Diagnostic.Span is null)
        {
            throw new MergeOpsException(problem.Diagnostic with { Span = part.Model.Span }, problem);
        }
    }

    // metadata that were taken just now, or anew, are kept when it is known how much of them
    private LockedEntry Kept(LockedPart part) => part is { Metadata: { } metadata, Entry.Metadata: null } ? part.Entry with { Metadata = metadataFolder.Keep(metadata) } : part.Entry;

    private Vocabulary? VocabularyOf(LockedPart part) =>
        part.Metadata is { } metadata ? metadata.Vocabulary
        : LocalModels.Locate(part.Part.Model, recipe.ModelsFolder) is { } path ? vocabularies.In(Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!)
        : null;

    // the tokens of a model on the Hub, so that plans can match rows by token without the network
    private async Task<LockedPart> KeepWholeAsync(LockedPart part, CancellationToken cancellation)
    {
        if (part.Metadata is not { Vocabulary: { Packed: null } vocabulary } metadata)
        {
            return part;
        }

        if (!vocabulary.IsWhole)
        {
            var name = RemoteModel.NameOf(part.Part.Model.Value.Path, part.Part.Model.Span);
            vocabulary = await vocabularies.InAsync(await hub.Repositories.FilesAsync(name, metadata.Commit, cancellation), cancellation) ?? vocabulary;
        }

        return part with { Metadata = metadata with { Vocabulary = PackedVocabulary.Pack(vocabulary) }, Entry = part.Entry with { Metadata = null } };
    }

    // what its prompts are for the base of a mixture, for the same reason
    private async Task<LockedPart> KeepPromptsAsync(LockedPart part, CancellationToken cancellation)
    {
        if (part.Part.IsAdapter || part.Metadata is not { } metadata)
        {
            return part;
        }

        var prompts = part.Part.PromptsIn(recipe).Select(prompt => LockedPrompts.Begun(prompt, metadata.Vocabulary)).ToHashSet(StringComparer.Ordinal);
        if (prompts.Count == 0 || prompts.SetEquals(metadata.PromptTokens.Keys))
        {
            return part;
        }

        var name = RemoteModel.NameOf(part.Part.Model.Value.Path, part.Part.Model.Span);
        var commit = await hub.Repositories.FilesAsync(name, metadata.Commit, cancellation);
        return await LockedPrompts.TokenizerOfAsync(commit, cancellation) is { } tokenizer
            ? part with { Metadata = metadata with { PromptTokens = LockedPrompts.Read(tokenizer, prompts) }, Entry = part.Entry with { Metadata = null } }
            : part;
    }

    /// <summary>A model or adapter with what was locked of it, and its metadata where it lies on the Hub.</summary>
    private sealed record LockedPart(ModelPart Part, LockedEntry Entry, RepositoryMetadata? Metadata);
}
