using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Hub.Facts;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Hub;

/// <summary>The files of a model that a merge reads or copies: weights, index and config of every model; of the donors also what travels with the weights.</summary>
internal static class UsedFiles
{
    private static readonly string[] OfEveryModel = [ModelConfig.FileName, CheckpointReader.IndexFile];

    /// <summary>Those of a local model.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="model">One of its models.</param>
    /// <param name="path">Where it lies: a folder, or one safetensors file.</param>
    /// <returns>The model's folder and the files in it, in ordinal order.</returns>
    public static (string Folder, ImmutableArray<string> Files) Of(Recipe recipe, ModelReference model, string path)
    {
        var checkpoint = CheckpointReader.Open(path, new DiagnosticBag());
        return (checkpoint.Folder,
        [
            .. checkpoint.Files
                .Select(file => file.Path)
                .Concat(OfEveryModel.Where(name => File.Exists(Path.Combine(checkpoint.Folder, name))))
                .Concat(CompanionsOf(recipe, model, path))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ]);
    }

    /// <summary>Those of a model on the Hub, in ordinal order.</summary>
    public static ImmutableArray<LockedFile> Of(Recipe recipe, ModelReference model, RepositoryFacts facts)
    {
        var used = facts.Shards.Select(shard => shard.File.Path)
            .Concat(OfEveryModel)
            .Concat(CompanionsOf(recipe, model, facts))
            .ToHashSet(StringComparer.Ordinal);
        return [.. facts.Files.Where(file => used.Contains(file.Path))];
    }

    /// <summary>The companion files that a local model gives to the output; a single file has none.</summary>
    public static ImmutableArray<string> CompanionsOf(Recipe recipe, ModelReference model, string path) =>
        Directory.Exists(path) ? GivenBy(recipe, model, CompanionFiles.In(path)) : [];

    /// <summary>The companion files that a model on the Hub gives to the output.</summary>
    public static ImmutableArray<string> CompanionsOf(Recipe recipe, ModelReference model, RepositoryFacts facts) =>
        GivenBy(recipe, model, facts.Companions);

    private static ImmutableArray<string> GivenBy(Recipe recipe, ModelReference model, IEnumerable<string> companions)
    {
        var isDonor = model == ReferencedModels.DonorOf(recipe);
        var isTokenizerDonor = model == ReferencedModels.TokenizerDonorOf(recipe);
        return [.. companions.Where(file => CompanionFiles.IsTokenizer(file) ? isTokenizerDonor : isDonor)];
    }
}
