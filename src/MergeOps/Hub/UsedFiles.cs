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
    public static IEnumerable<string> Of(Recipe recipe, ModelReference model, string folder)
    {
        var isDonor = model == ReferencedModels.DonorOf(recipe);
        return CheckpointReader.Open(folder, new DiagnosticBag()).Files
            .Select(file => file.Path)
            .Concat(OfEveryModel.Where(name => File.Exists(Path.Combine(folder, name))))
            .Concat(CompanionsOf(recipe, model, folder, isDonor));
    }

    /// <summary>The companion files that this model gives to the output.</summary>
    public static ImmutableArray<string> CompanionsOf(Recipe recipe, ModelReference model, string folder, bool isDonor)
    {
        var isTokenizerDonor = model == ReferencedModels.TokenizerDonorOf(recipe);
        return [.. CompanionFiles.In(folder).Where(path => CompanionFiles.IsTokenizer(path) ? isTokenizerDonor : isDonor)];
    }
}
