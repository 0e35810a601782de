using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Holds the files of a checkpoint against each other where no index says what they hold.</summary>
internal static class ShardAgreement
{
    /// <summary>No tensor lies in two files; shards that are left unread are told.</summary>
    public static void Require(CheckpointLayout layout, IReadOnlyCollection<SafetensorsHeader> headers, SourceSpan span, DiagnosticBag findings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);

        // within one header no name is there twice
        if (headers.Count > 1 && headers.SelectMany(header => header.Tensors).FirstOrDefault(tensor => !names.Add(tensor.Name)) is { } twice)
        {
            throw new MergeOpsException(
                Codes.ShardsOverlap,
                $"Tensor {TerminalText.Quoted(twice.Name)} is in {NameList.Of([.. headers.SelectMany(header => header.Tensors).Where(tensor => tensor.Name == twice.Name).Select(tensor => tensor.File)])}, and no index says which one counts. Keep only the shards of one save.",
                span);
        }

        if (!layout.Unread.IsEmpty)
        {
            findings.Warning(
                Codes.TwoModelsInFolder,
                $"'{layout.Files[0]}' is read. {NameList.Of(layout.Unread)} beside it {(layout.Unread.Length == 1 ? "is" : "are")} not: they are not all the shards of a model. Remove what does not belong.",
                span);
        }
    }

    /// <summary>A single file beside shards must describe the same model; it is not read then.</summary>
    /// <param name="sharded">The shards.</param>
    /// <param name="single">The single file.</param>
    /// <param name="address">What a person writes to name the model.</param>
    /// <param name="span">The single file's place.</param>
    /// <param name="findings">Takes the warning.</param>
    public static void RequireSame(Checkpoint sharded, Checkpoint single, ModelAddress address, SourceSpan span, DiagnosticBag findings)
    {
        static bool Same(TensorInfo a, TensorInfo b) => a.DType == b.DType && a.Shape.AsSpan().SequenceEqual(b.Shape.AsSpan());

        var name = single.Files[0].Path;
        var different = sharded.Tensors.Keys.Union(single.Tensors.Keys)
            .Where(tensor => !(sharded.Tensors.TryGetValue(tensor, out var a) && single.Tensors.TryGetValue(tensor, out var b) && Same(a, b)))
            .Order(StringComparer.Ordinal)
            .ToList();
        if (different.Count > 0)
        {
            throw new MergeOpsException(
                Codes.TwoModelsInFolder,
                $"{name} and the shards disagree on {different.Count:N0} tensors, {TerminalText.Quoted(different[0])} first. {address.Changing($"remove {name} or the shards, whichever is not meant")}",
                span);
        }

        findings.Warning(Codes.TwoModelsInFolder, $"The shards are read; {name} beside them is not, and its weights may differ.", span);
    }
}
