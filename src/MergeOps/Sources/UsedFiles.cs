using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Reading;
using MergeOps.Sources.Headers;
using MergeOps.Tensors;
using MergeOps.Tokenizers;

namespace MergeOps.Sources;

/// <summary>The files of a model that a merge reads or copies: weights, index and config of every model; of the donors also what travels with the weights.</summary>
internal static class UsedFiles
{
    /// <summary>Those of a local model or adapter.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="part">One of its models or adapters.</param>
    /// <param name="path">Where it lies: a folder, or one safetensors file.</param>
    /// <returns>Its folder and the files in it, in ordinal order.</returns>
    public static (string Folder, ImmutableArray<string> Files) Of(Recipe recipe, ModelPart part, string path)
    {
        var name = part.Model.Value.ToString();
        if (part.IsAdapter)
        {
            var adapter = LocalAdapter.At(path, name);
            return (adapter.Folder, [.. adapter.Files]);
        }

        var checkpoint = ModelWeights.Open(path, name, new DiagnosticBag());
        return (checkpoint.Folder,
        [
            .. checkpoint.Files
                .Select(file => file.Path)
                .Concat(ModelFiles.OfEveryModel(LocalFolder.PathsIn(checkpoint.Folder), checkpoint.Components))
                .Concat(Directory.Exists(path) ? GivenByPart(recipe, part, CompanionFiles.In(path)) : [])
                .Concat(DecidingRows(recipe, checkpoint.Folder))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ]);
    }

    /// <summary>The tokenizer's files of a local model that decide which rows belong together, though the output gets another model's; of a model on the Hub the lock's metadata tell it.</summary>
    public static IEnumerable<string> DecidingRows(Recipe recipe, string folder) =>
        recipe.Documents.Any(document => document.Tokenizer is { } tokenizer
            && (TokenizerReader.IsUnion(tokenizer.Source.Value) || !tokenizer.Tokens.IsEmpty || tokenizer.PadToMultipleOf is not null))
            ? TokenizerFiles.Among(new DirectoryInfo(folder).EnumerateFiles().Select(file => file.Name))
            : [];

    /// <summary>Those of a model or adapter on the Hub, in ordinal order.</summary>
    public static FileListing Of(Recipe recipe, ModelPart part, RepositoryMetadata metadata)
    {
        if (part.IsAdapter)
        {
            return metadata.Files;
        }

        var companions = GivenByPart(recipe, part, metadata.Companions).ToHashSet(StringComparer.Ordinal);
        return [.. metadata.Files.Where(file => IsCore(metadata, file.Path) || companions.Contains(file.Path))];
    }

    /// <summary>What running a model on the Hub as it is takes: weights, config and tokenizer, and what its vectors depend on.</summary>
    public static FileListing ForRunning(RepositoryMetadata metadata)
    {
        var ofVectors = EmbeddingFiles.Among(metadata.Files.Paths, metadata.Descriptions.GetValueOrDefault).ToHashSet(StringComparer.Ordinal);
        return [.. metadata.Files.Where(file => IsCore(metadata, file.Path) || CompanionFiles.IsTokenizer(file.Path) || ofVectors.Contains(file.Path))];
    }

    /// <summary>Those of a model's companion files that it gives to the output.</summary>
    public static ImmutableArray<string> GivenBy(Recipe recipe, ModelReference model, IEnumerable<string> companions)
    {
        var isDonor = model == ReferencedModels.DonorOf(recipe);
        var isTokenizerDonor = model == ReferencedModels.TokenizerDonorOf(recipe);
        return [.. companions.Where(file => CompanionFiles.IsTokenizer(file) ? isTokenizerDonor : isDonor)];
    }

    // a model gives them whatever adapters are on top of it where it is the donor
    private static IEnumerable<string> GivenByPart(Recipe recipe, ModelPart part, IEnumerable<string> companions)
    {
        var isDonor = recipe.Documents.Any(document => part.Model.Value == ReferencedModels.DonorOf(document).Stored);
        var isTokenizerDonor = recipe.Documents.Any(document => part.Model.Value == ReferencedModels.TokenizerDonorOf(document).Stored);
        return companions.Where(file => CompanionFiles.IsTokenizer(file) ? isTokenizerDonor : isDonor);
    }

    private static bool IsCore(RepositoryMetadata metadata, string path) =>
        IsCore(path) || (metadata.Components.Contains(ComponentName.FolderOf(path)) && IsCore(Path.GetFileName(path))) || metadata.Shards.Any(shard => shard.File.Path == path);

    private static bool IsCore(string name) => name == ModelFileNames.Config || CheckpointLayout.IsIndex(name) || (PickledLayout.IsPart(name) && name.EndsWith(".json", StringComparison.Ordinal));
}
