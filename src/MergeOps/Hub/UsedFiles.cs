using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Hub;

/// <summary>The files of a model that a merge reads or copies.</summary>
internal static class UsedFiles
{
    private static readonly string[] OfEveryModel = ["config.json", "model.safetensors.index.json"];

    /// <summary>Weights, index and config of every model; of the donors also what travels with the weights.</summary>
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

    /// <summary>The companion files that this model gives to the output; a single file has none.</summary>
    public static ImmutableArray<string> CompanionsOf(Recipe recipe, ModelReference model, string path)
    {
        var isDonor = model == ReferencedModels.DonorOf(recipe);
        var isTokenizerDonor = model == ReferencedModels.TokenizerDonorOf(recipe);
        return Directory.Exists(path)
            ? [.. CompanionFiles.In(path).Where(file => CompanionFiles.IsTokenizer(file) ? isTokenizerDonor : isDonor)]
            : [];
    }
}
