using System.Collections.Immutable;
using System.Text;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.Recipes;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>Reads headers, configs and file lists of a recipe's models: of local ones from their files, of those on the Hub from the lock's metadata, without the network.</summary>
internal static class ModelMetadataReader
{
    /// <summary>The metadata of every referenced model in the order of <see cref="ReferencedModels"/>; problems go into the bag.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="modelLock">Its lock, or null.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    /// <param name="stages">What is known of the models that other recipes of the file make, by their names; null where the recipe uses none.</param>
    public static ImmutableArray<ModelMetadata> Read(
        HostEnvironment environment, Recipe recipe, ModelLock? modelLock, DiagnosticBag diagnostics, IReadOnlyDictionary<string, ModelMetadata>? stages = null)
    {
        var metadata = ImmutableArray.CreateBuilder<ModelMetadata>();
        var models = ReferencedModels.Of(recipe);
        var (vocabularies, pool) = (new KnownVocabularies(), new HeaderPool());
        ImmutableArray<BegunReading> sideBySide = [];
        foreach (var (model, i) in models.Select((model, i) => (model, i)))
        {
            try
            {
                var files = sideBySide.IsEmpty
                    ? ReadFiles(environment, recipe, model, modelLock, vocabularies, pool, diagnostics, stages)
                    : sideBySide[i - 1].Finish(diagnostics);
                if (i == 0 && LargeHeap.IsLarge(files.Checkpoint.Tensors.Count))
                {
                    LargeHeap.SettleAfter(files.Checkpoint.Tensors.Count);
                    sideBySide = [.. models.Skip(1).Select(other => new BegunReading(found => ReadFiles(environment, recipe, other, modelLock, vocabularies, pool.Beside(), found, stages)))];
                }

                metadata.Add(WithParts(environment, recipe, model, modelLock, files));
            }
            catch (MergeOpsException problem)
            {
                diagnostics.Add(Placed(problem.Diagnostic, model, isOneOfSeveral: recipe.Modules.SelectMany(module => module.Models).Any(other => other.Model.Span == model.Span && other.Model.Value != model.Value)));
            }
        }

        LargeHeap.SettleAfter(metadata.Sum(model => model.Checkpoint.Tensors.Count));
        if (!diagnostics.HasErrors)
        {
            MeasuredModelReader.CheckTogether(environment, recipe, metadata, diagnostics);
        }

        return metadata.ToImmutable();
    }

    // without what lies on top of it, or was measured of it
    private static ModelMetadata ReadFiles(
        HostEnvironment environment,
        Recipe recipe,
        Located<ModelReference> model,
        ModelLock? modelLock,
        KnownVocabularies vocabularies,
        HeaderPool pool,
        DiagnosticBag diagnostics,
        IReadOnlyDictionary<string, ModelMetadata>? stages)
    {
        var below = model with { Value = model.Value.WithoutAdapters };
        var locked = modelLock?.Find(below.Value.ToString());
        return model.Value.IsStage ? Of(stages![model.Value.Path], recipe, model)
            : LocalModels.Locate(below, recipe.ModelsFolder) is { } path
            ? ReadLocal(recipe, model, path, locked ?? LockedFiles.None(below.Value.ToString(), below.Span, modelLock), vocabularies, pool, diagnostics)
            : ReadRemote(environment, recipe, model, modelLock, locked, pool);
    }

    private static ModelMetadata WithParts(HostEnvironment environment, Recipe recipe, Located<ModelReference> model, ModelLock? modelLock, ModelMetadata metadata)
    {
        metadata = metadata with
        {
            Config = model.Value.OverrideArchitecture is { } architecture ? metadata.Config?.WithArchitecture(architecture) : metadata.Config,
            Adapters = [.. model.Value.Adapters.Select(adapter => AdapterReader.Read(environment, recipe, model with { Value = adapter }, modelLock))],
            TrainingStep = model.Value.Adapters.LastOrDefault() is { } top ? StepOf(recipe, model with { Value = top }) : metadata.TrainingStep,
        };
        return metadata with { Statistics = [.. ReferencedStatistics.Of(recipe).Where(need => need.Model == model.Value).Select(need => MeasuredModelReader.Read(environment, recipe, need, metadata, modelLock))] };
    }

    // a series stands for several models at one place, where only the name tells which it is
    private static Diagnostic Placed(Diagnostic problem, Located<ModelReference> model, bool isOneOfSeveral) => problem.Span is not null ? problem : problem with
    {
        Span = model.Span,
        Detail = isOneOfSeveral && !problem.Detail.Contains(model.Value.ToString(), StringComparison.Ordinal) ? $"{TerminalText.Quoted(model.Value.ToString())}: {problem.Detail}" : problem.Detail,
    };

    private static ModelMetadata Of(ModelMetadata stage, Recipe recipe, Located<ModelReference> model) => stage with
    {
        Model = model,
        Companions = UsedFiles.GivenBy(recipe, model.Value, stage.Companions),
        Rules = recipe.Architecture,
    };

    private static ModelMetadata ReadLocal(
        Recipe recipe, Located<ModelReference> model, string path, LockedEntry? locked, KnownVocabularies vocabularies, HeaderPool pool, DiagnosticBag diagnostics)
    {
        LockedFiles.RequireLocal(locked, model.Span);
        var checkpoint = ModelWeights.Open(path, model.Value.WithoutAdapters.ToString(), diagnostics, pool);
        var isFolder = Directory.Exists(path);
        var paths = isFolder ? LocalFolder.PathsIn(path) : [];
        if (locked is not null)
        {
            LockedFiles.RequireUnchanged(locked, ModelFiles.OfEveryModel(paths, checkpoint.Components).Union(UsedFiles.DecidingRows(recipe, checkpoint.Folder), StringComparer.Ordinal), checkpoint.Folder, model.Span);
        }

        var own = isFolder ? CompanionFiles.In(path) : [];
        var companions = UsedFiles.GivenBy(recipe, model.Value, own);
        var descriptions = DescriptionFiles.Among(paths).ToOrdinalMap(
            file => file, file => ReadText(checkpoint.Folder, file, DescriptionFiles.LargestFile)!);
        var config = ReadText(checkpoint.Folder, ModelFileNames.Config, ModelConfig.LargestFile) is { } text ? ModelConfig.Parse(text, model.Value.ToString()) : null;
        if (!isFolder)
        {
            RequireLayers(recipe, model, checkpoint, config);
        }

        return new(
            model,
            checkpoint,
            config,
            companions,
            checkpoint.Files.Select(file => file.Path).Concat(companions).ToOrdinalMap(
                path => path, path => locked is null ? (BlobDigest?)null : LockedFiles.DigestOf(locked, path, checkpoint.Folder, model.Span)))
        {
            Rules = recipe.Architecture,
            FileSamples = locked is null ? ByteSample.OfFiles(checkpoint) : ImmutableSortedDictionary<string, string>.Empty,
            Paths = paths,
            Descriptions = descriptions,
            CompanionContents = CompanionContents.In(path, own, descriptions),
            HeadIsEmbedding = HeadIsEmbedding(recipe.Architecture, checkpoint),
            EqualCopies = EqualCopies(recipe.Architecture, checkpoint),
            Vocabulary = vocabularies.In(checkpoint.Folder),
            Card = CardFrontMatter.In(checkpoint.Folder),
            TrainingStep = StepOf(recipe, model with { Value = model.Value.WithoutAdapters }),
        };
    }

    // a model that was trained with an adapter has the step of the adapter
    private static long? StepOf(Recipe recipe, Located<ModelReference> trained) =>
        recipe.MergeMethod.Value.AssumesEqualDistances && LocalModels.Locate(trained, recipe.ModelsFolder) is { } path && Directory.Exists(path) ? TrainingStep.In(path) : null;

    // a single file that somebody names beside the config of a whole model may be one of several parts
    private static void RequireLayers(Recipe recipe, Located<ModelReference> model, Checkpoint checkpoint, ModelConfig? config)
    {
        var layers = recipe.Architecture.LayersOf(checkpoint.Tensors.Keys);
        var deepest = layers.Stacks.Select(layers.DepthOf).DefaultIfEmpty(0).Max();
        if (config is not null && ModelConfig.DepthKeyOf(config.Language) is { } key && ModelConfig.Number(config.Language, key) is { } depth && deepest < depth)
        {
            throw new MergeOpsException(
                Codes.LayersMissing,
                $"{model.Value} holds {deepest} of the {depth} layers that the config.json beside it describes. Name the folder, with an index that lists all of its files; save_pretrained of transformers writes one.",
                model.Span);
        }
    }

    private static ModelMetadata ReadRemote(HostEnvironment environment, Recipe recipe, Located<ModelReference> model, ModelLock? modelLock, LockedEntry? locked, HeaderPool pool)
    {
        var metadata = LockedMetadata.Of(recipe, new(model with { Value = model.Value.WithoutAdapters }, IsAdapter: false), modelLock, locked);
        var name = RemoteModel.NameOf(model.Value.Path, model.Span);
        var checkpoint = metadata.CheckpointIn(HubCache.Of(HubSettings.Of(environment)).SnapshotFolder(name, metadata.Commit), pool);
        return new(
            model,
            checkpoint,
            metadata.Config is { } config ? ModelConfig.Parse(config.TrimStart('\uFEFF'), model.Value.ToString()) : null,
            UsedFiles.GivenBy(recipe, model.Value, metadata.Companions),
            metadata.Files.ToOrdinalMap(file => file.Path, file => (BlobDigest?)file.Digest))
        {
            Rules = recipe.Architecture,
            Paths = metadata.Paths,
            Descriptions = metadata.Descriptions,
            CompanionContents = CompanionContents.Of(metadata),
            HeadIsEmbedding = IsHeadByRule(recipe.Architecture, checkpoint) ? metadata.HeadIsEmbedding : null,
            EqualCopies = metadata.EqualCopies,
            Vocabulary = metadata.Vocabulary,
            Card = metadata.Card,
            Commit = metadata.Commit,
            Remote = new RemoteModel(name, model.Value.Revision, metadata),
        };
    }

    // the lock compared the tensors that are head and embedding by rule
    private static bool IsHeadByRule(ArchitectureRules rules, Checkpoint checkpoint) =>
        rules.Overrides.Tensors.IsEmpty
        || (rules.HeadOf(checkpoint) == ArchitectureRules.Usual.HeadOf(checkpoint) && rules.EmbeddingOf(checkpoint) == ArchitectureRules.Usual.EmbeddingOf(checkpoint));

    private static bool? HeadIsEmbedding(ArchitectureRules rules, Checkpoint checkpoint)
    {
        if (rules.HeadOf(checkpoint) is not { } head || rules.EmbeddingOf(checkpoint) is not { } embedding)
        {
            return null;
        }

        // equal codes may have other scales
        if (head.DType.IsFloat8())
        {
            return false;
        }

        using var reader = new TensorReader(checkpoint);
        return TensorEquality.HoldsInSample(reader.Read, head, reader.Read, embedding);
    }

    private static ImmutableSortedSet<string> EqualCopies(ArchitectureRules rules, Checkpoint checkpoint)
    {
        var pairs = rules.CopiesIn(checkpoint).ToList();
        if (pairs.Count == 0)
        {
            return [];
        }

        using var reader = new TensorReader(checkpoint);
        return [.. pairs.Where(pair => TensorEquality.HoldsInSample(reader.Read, pair.Copy, reader.Read, pair.Original)).Select(pair => pair.Copy.Name)];
    }

    private static string? ReadText(string folder, string file, long largest)
    {
        if (!File.Exists(Path.Combine(folder, file)))
        {
            return null;
        }

        var path = new ModelFolder(folder).Locate(file);
        using var content = ModelFile.Open(path);
        return content.Length <= largest
            ? Encoding.UTF8.GetString(content.Read(0, (int)content.Length)).TrimStart('\uFEFF')
            : throw new MergeOpsException(
                Codes.ConfigUnreadable, $"'{path}' has {content.Length:N0} bytes; a file of its kind has at most {largest:N0}.");
    }
}
