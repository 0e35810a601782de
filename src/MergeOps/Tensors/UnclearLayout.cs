using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Says why the files of a folder or repository are not one model, and what to write or do instead.</summary>
internal static class UnclearLayout
{
    private static readonly string[] Exports = [".gguf", ".ggml", ".onnx", ".tflite", ".mlmodel", ".engine"];

    /// <summary>The refusal of files that have no <see cref="CheckpointLayout"/>.</summary>
    /// <param name="paths">The files, those of subfolders too.</param>
    /// <param name="address">What a person writes to name the model.</param>
    /// <param name="span">The model's place.</param>
    public static MergeOpsException Explain(IReadOnlyCollection<string> paths, ModelAddress address, SourceSpan? span)
    {
        var top = paths.Where(path => !path.Contains('/')).ToList();
        var indexes = CheckpointLayout.IndexesIn(top);
        if (indexes.Length > 1)
        {
            return new(
                Codes.SeveralModels, $"It holds {NameList.Of(indexes)}, each the index of a whole model. {address.Changing("remove those that are not meant")}", span);
        }

        var series = CheckpointLayout.SeriesIn(top);
        return (series.IsEmpty && !top.Any(CheckpointLayout.IsWeights) ? PickledLayout.SeriesIn(top) : series, CheckpointLayout.LooseIn(top)) switch
        {
            ([var only], []) => new(
                Codes.ShardsMissing,
                $"It holds {only.Shards.Length} of the {only.Count} shards {TerminalText.Quoted(only.Pattern)} and no index; {NameList.Of(only.Missing, only.MissingCount)} {(only.MissingCount == 1 ? "is" : "are")} missing. {address.Completing}",
                span),
            ([], [_, ..] loose) => new(
                Codes.SeveralModels, $"It holds {NameList.Of(loose)}, and it is unclear which one is the model. {(top.Contains(ModelFileNames.Config) ? address.Changing("leave the file in the folder that is the whole model; if they are its parts, save it again with save_pretrained, which writes an index") : address.Naming(loose))}", span),
            ([_, ..] several, var loose) => new(
                Codes.SeveralModels,
                $"It holds {NameList.Of([.. several.Select(one => one.Pattern), .. loose])}, and no index says which of them belong together. {address.Changing("leave the files of one model in the folder")}",
                span),
            _ => new(Codes.ModelNotFound, WithoutWeights(paths, top, address), span),
        };
    }

    private static string WithoutWeights(IReadOnlyCollection<string> paths, List<string> top, ModelAddress address)
    {
        if (top.Where(ShardNumber.IsSliceForDevice).ToList() is [_, ..] slices)
        {
            return $"It holds {NameList.Of(slices)}: each has a slice of every tensor, for devices that work in parallel. Use the model as transformers saves it.";
        }

        var parts = PartsOf(paths);
        return paths.Where(path => CheckpointLayout.IsVendorForm(Path.GetFileName(path))).ToList() is [_, ..] vendor && parts.IsEmpty
                ? $"It holds only {NameList.Of(vendor)}, the format of its vendor's own program. Use the model as transformers saves it, in safetensors."
            : top.Where(name => TorchFile.IsName(name) && IsPickle(name)).ToList() is [_, ..] archives
                ? $"It holds {NameList.Of(archives)}, and none is called pytorch_model.bin as the weights of a model are. {address.Naming(archives)}"
            : top.Where(IsPickle).ToList() is [var first, ..] pickles ? $"It holds {NameList.Of(pickles)}: {ForeignContent.RecogniseName(first)!.Value.Detail}"
            : paths.Where(IsExport).ToList() is [_, ..] exports && parts.IsEmpty
                ? $"It holds {NameList.Of(exports)}: {Path.GetExtension(exports[0])[1..].ToUpperInvariant()} is a format for inference only. Name the model that it was made from."
            : !parts.IsEmpty ? $"Its weights are in separate folders. {address.Naming(parts)}"
            : paths.Where(IsPickle).ToList() is [var deep, ..] below ? $"It holds only {NameList.Of(below)}: {ForeignContent.RecogniseName(deep)!.Value.Detail}"
            : $"{TerminalText.Quoted(address.Name)} holds no safetensors file.";
    }

    /// <summary>The folders below the top that hold one model each, in ordinal order.</summary>
    public static ImmutableArray<string> PartsOf(IEnumerable<string> paths) =>
    [
        .. paths.Select(path => (Folder: Path.GetDirectoryName(path)!.Replace('\\', '/'), Name: Path.GetFileName(path)))
            .Where(file => file.Folder.Length > 0)
            .GroupBy(file => file.Folder, file => file.Name)
            .Where(folder => CheckpointLayout.Of(folder) is not null)
            .Select(folder => folder.Key)
            .Order(StringComparer.Ordinal),
    ];

    private static bool IsPickle(string path) =>
        ForeignContent.RecogniseName(path)?.Code == Codes.PickleRefused && !path.Split('/').Any(ForeignContent.IsTrainingState);

    private static bool IsExport(string path) => Exports.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
