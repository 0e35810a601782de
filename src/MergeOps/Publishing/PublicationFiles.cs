using System.Collections.Frozen;
using MergeOps.Evaluation.Reports;
using MergeOps.Publishing.Signing;
using MergeOps.Tensors;

namespace MergeOps.Publishing;

/// <summary>The names of the files that a publication adds to the merged model's own.</summary>
internal static class PublicationFiles
{
    /// <summary>The recipe, named so that <see cref="Lock"/> beside it is its lock.</summary>
    public const string Recipe = "mergeops.yml";

    /// <summary>The lock that the plan used. A merge writes it too, but the same plan may come from another lock by now: of models that were moved, say.</summary>
    public const string Lock = "mergeops.lock.yml";

    /// <summary>The numbers that a search chose, with the scores that chose them.</summary>
    public const string Chosen = "mergeops.chosen.yml";

    /// <summary>The recipe once more under mergekit's name, where mergekit would read it the same way.</summary>
    public const string MergekitConfig = "mergekit_config.yml";

    /// <summary>The scores.</summary>
    public const string Evaluation = EvaluationJson.File;

    private const string MetadataFolder = ".locks/";

    /// <summary>Whether a file is the lock, belongs to it, or holds chosen numbers.</summary>
    public static bool IsOfLock(string path) => path is Lock or Chosen || path.StartsWith(MetadataFolder, StringComparison.Ordinal);

    /// <summary>Those that the publication writes itself, whatever the merged model's folder holds under these names.</summary>
    public static FrozenSet<string> Own { get; } =
        ImageFormat.Images.Select(image => image.FileName)
            .Concat([ModelFileNames.Card, Recipe, MergekitConfig, Evaluation, BuildProvenance.FileName, BillOfMaterials.FileName, PublicationManifest.FileName, ModelSignature.FileName])
            .ToFrozenSet(StringComparer.Ordinal);
}
