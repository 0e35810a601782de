using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources.Headers;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>The files of a model that a merge reads or copies: weights, index and config of every model; of the donors also what travels with the weights.</summary>
internal static class UsedFiles
{
    /// <summary>Those of a local model.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="model">One of its models.</param>
    /// <param name="path">Where it lies: a folder, or one safetensors file.</param>
    /// <returns>The model's folder and the files in it, in ordinal order.</returns>
    public static (string Folder, ImmutableArray<string> Files) Of(Recipe recipe, ModelReference model, string path)
    {
        var checkpoint = ModelWeights.Open(path, model.ToString(), new DiagnosticBag());
        return (checkpoint.Folder,
        [
            .. checkpoint.Files
                .Select(file => file.Path)
                .Concat(ModelFiles.OfEveryModel(LocalFolder.PathsIn(checkpoint.Folder)))
                .Concat(Directory.Exists(path) ? GivenBy(recipe, model, CompanionFiles.In(path)) : [])
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ]);
    }

    /// <summary>Those of a model on the Hub, in ordinal order.</summary>
    public static ImmutableArray<HashedFile> Of(Recipe recipe, ModelReference model, RepositoryFacts facts)
    {
        var companions = GivenBy(recipe, model, facts.Companions).ToHashSet(StringComparer.Ordinal);
        return [.. facts.Files.Where(file => IsCore(facts, file) || companions.Contains(file.Path))];
    }

    /// <summary>What running a model on the Hub as it is takes: weights, config and tokenizer.</summary>
    public static IEnumerable<HashedFile> ForRunning(RepositoryFacts facts) =>
        facts.Files.Where(file => IsCore(facts, file) || CompanionFiles.IsTokenizer(file.Path));

    /// <summary>Those of a model's companion files that it gives to the output.</summary>
    public static ImmutableArray<string> GivenBy(Recipe recipe, ModelReference model, IEnumerable<string> companions)
    {
        var isDonor = model == ReferencedModels.DonorOf(recipe);
        var isTokenizerDonor = model == ReferencedModels.TokenizerDonorOf(recipe);
        return [.. companions.Where(file => CompanionFiles.IsTokenizer(file) ? isTokenizerDonor : isDonor)];
    }

    private static bool IsCore(RepositoryFacts facts, HashedFile file) =>
        file.Path == ModelFileNames.Config || CheckpointLayout.IsIndex(file.Path) || facts.Shards.Any(shard => shard.File.Path == file.Path);
}
