using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>The digests that tell of which model a measurement is.</summary>
internal static class MeasuredContent
{
    /// <summary>The digest of the weights and settings of a plan's only model, its adapters included.</summary>
    /// <param name="planned">The plan of that model alone.</param>
    public static string WeightsOf(PlannedRecipe planned) => MeasuredModelReader.DigestOf(planned.Models[0], new(planned.Digests));

    /// <summary>The digest of the files of a plan's only model that make tokens of texts; null where it has none.</summary>
    /// <param name="planned">The plan of that model alone; its files are here.</param>
    public static string? TokenizerOf(PlannedRecipe planned)
    {
        var folder = planned.Plan.Models[0].Checkpoint.Folder;
        var files = CompanionFiles.In(folder).Where(CompanionFiles.IsTokenizer).Append(ModelFileNames.PieceTokenizer)
            .Where(file => File.Exists(Path.Combine(folder, file))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return files.Count == 0 ? null : CanonicalJson.Digest(new JsonObject(files.Select(file => KeyValuePair.Create(file, (JsonNode?)planned.Digests.Of(Path.Combine(folder, file))))));
    }
}
