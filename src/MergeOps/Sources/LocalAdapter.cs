using MergeOps.Architectures.Lora;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Sources;

/// <summary>An adapter on this machine.</summary>
/// <param name="Folder">The absolute folder that its files lie in.</param>
/// <param name="Weights">The file with its factors.</param>
/// <param name="Settings">The file with its settings; null when there is none.</param>
internal sealed record LocalAdapter(string Folder, string Weights, string? Settings)
{
    /// <summary>Its files, in ordinal order.</summary>
    public IEnumerable<string> Files => new[] { Weights, Settings }.OfType<string>().Order(StringComparer.Ordinal);

    /// <summary>Finds its files.</summary>
    /// <param name="path">A folder, or one file of safetensors or PyTorch.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="MergeOpsException">It is no adapter.</exception>
    public static LocalAdapter At(string path, string name)
    {
        var folder = Path.GetFullPath(Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!Directory.Exists(path) && !path.EndsWith(ModelFileNames.WeightsEnding, StringComparison.OrdinalIgnoreCase) && !TorchFile.IsName(path))
        {
            throw LoraFiles.Pickled(name, Path.GetFileName(path));
        }

        var weights = Directory.Exists(path) ? LoraFiles.WeightsAmong(LocalFolder.PathsIn(path), name) : Path.GetFileName(path);
        return new(folder, weights, LoraFiles.SettingsOf(weights) is { } settings && File.Exists(Path.Combine(folder, settings)) ? settings : null);
    }

    /// <summary>Reads its header.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, breaks a rule of the format, or is a link that leaves its folder.</exception>
    public SafetensorsHeader ReadHeader() => CheckpointReader.ReadHeader(new ModelFolder(Folder).Locate(Weights), Weights);

    /// <summary>Reads its settings; null when it has none.</summary>
    /// <exception cref="MergeOpsException">They are too large, cannot be read, or are a link that leaves its folder.</exception>
    public string? ReadSettings() => Settings is null
        ? null
        : LocalFolder.TextOf(Folder, Settings, LoraFiles.LargestSettings)
            ?? throw new MergeOpsException(Codes.AdapterNotApplied, $"Its {Settings} has more than {LoraFiles.LargestSettings:N0} bytes.", SourceSpan.File(Path.Combine(Folder, Settings)));
}
