using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Sources.Statistics;

/// <summary>
/// A file of statistics of one model on data: a safetensors file whose tensors have the names of the model's weights, and
/// whose header says what they are. The same model, data, settings and numeric class give the same bytes.
/// </summary>
/// <param name="Description">What it says of itself.</param>
/// <param name="Checkpoint">Its tensors.</param>
internal sealed record StatisticsFile(StatisticsDescription Description, Checkpoint Checkpoint)
{
    /// <summary>The version that is written; every one from 1 on is read.</summary>
    public const int Version = 1;

    /// <summary>Begins to write one; see <see cref="StatisticsWriter"/>.</summary>
    /// <param name="path">Its final name; the folder exists.</param>
    /// <param name="description">What it says of itself; the norm is found by the writer.</param>
    /// <param name="tensors">The tensors that will be written.</param>
    public static StatisticsWriter Write(string path, StatisticsDescription description, IEnumerable<OutputTensor> tensors) => new(path, description, tensors);

    /// <summary>Reads the header of a file on disk.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, is no such file, or of a newer version.</exception>
    public static StatisticsFile Read(string path)
    {
        var full = Path.GetFullPath(path);
        return Of(SafetensorsHeaderReader.Read(full, Path.GetFileName(full)), Path.GetDirectoryName(full)!, path);
    }

    /// <summary>The file of a header.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="folder">The absolute folder that it lies in, or will lie in.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="MergeOpsException">It is no such file, or of a newer version.</exception>
    public static StatisticsFile Of(SafetensorsHeader header, string folder, string path)
    {
        var description = StatisticsMetadata.Read(header.Metadata, path);
        var file = new StatisticsFile(description, CheckpointReader.Of(folder, [header]));
        file.RequireForm(path);
        return file;
    }

    /// <summary>The statistic of a weight, its own or that of another weight with the same input; null when there is none.</summary>
    /// <param name="weight">The weight's name in the measured model.</param>
    public TensorInfo? Find(string weight) =>
        Checkpoint.Tensors.GetValueOrDefault(weight) ?? (Description.Inputs.TryGetValue(weight, out var shared) ? Checkpoint.Tensors[shared] : null);

    /// <summary>How many tokens reached a weight.</summary>
    public long TokensOf(string weight) => Description.WeightTokens.GetValueOrDefault(weight, Description.Tokens);

    private void RequireForm(string path)
    {
        var form = StatisticForm.Of(Description.Kind);
        foreach (var tensor in Checkpoint.Tensors.Values)
        {
            if (form.Objection(tensor.DType, tensor.Shape) is { } objection)
            {
                throw StatisticsMetadata.Invalid(path, $"{TerminalText.Quoted(tensor.Name)} {objection}, as {StatisticForm.NameOf(Description.Kind)} statistics are.");
            }
        }

        if (Description.Inputs.FirstOrDefault(pair => !Checkpoint.Tensors.ContainsKey(pair.Value)) is { Key: { } weight, Value: var shared })
        {
            throw StatisticsMetadata.Invalid(path, $"Its header says that {TerminalText.Quoted(weight)} has the statistic of {TerminalText.Quoted(shared)}, which it does not hold.");
        }
    }
}
