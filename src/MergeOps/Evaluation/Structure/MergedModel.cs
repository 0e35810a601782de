using System.Text;
using System.Text.Json;
using MergeOps.Architectures;
using MergeOps.Sources.Headers;
using MergeOps.Tensors;

namespace MergeOps.Evaluation.Structure;

/// <summary>A merged folder as a loader finds it: headers, config, and how many ids its tokenizer has.</summary>
/// <param name="Checkpoint">The headers.</param>
/// <param name="Config">The <c>config.json</c>, or null when there is none.</param>
/// <param name="TokenizerIds">The largest id of its tokenizer plus one, or null when there is none that is understood.</param>
internal sealed record MergedModel(Checkpoint Checkpoint, ModelConfig? Config, int? TokenizerIds)
{
    private const int LargestJson = 256 << 20;

    /// <summary>Reads what the checks look at.</summary>
    /// <exception cref="MergeOps.Diagnostics.MergeOpsException">The weights' files break their format or cannot be read.</exception>
    /// <exception cref="JsonException">A JSON file is not one, or not of the known layout.</exception>
    public static MergedModel Open(string folder) => new(
        Components.Open(folder, []),
        Read(folder, ModelFileNames.Config) is { } config ? ModelConfig.Parse(Encoding.UTF8.GetString(config), "the merged model") : null,
        new KnownVocabularies().In(folder)?.Size);

    private static byte[]? Read(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        return !file.Exists ? null
            : file.Length <= LargestJson ? PlainFile.Read(file.FullName, LargestJson)
            : throw new JsonException($"{name} has {file.Length:N0} bytes; at most {LargestJson:N0} are read.");
    }
}
