using System.Text;
using System.Text.Json;
using MergeOps.Architectures;
using MergeOps.Tensors;

namespace MergeOps.Evaluation.Structure;

/// <summary>A merged folder as a loader finds it: headers, config, and how many ids its tokenizer has.</summary>
/// <param name="Checkpoint">The headers.</param>
/// <param name="Config">The <c>config.json</c>, or null when there is none.</param>
/// <param name="TokenizerIds">The largest id of <c>tokenizer.json</c> plus one, or null when there is none.</param>
internal sealed record MergedModel(Checkpoint Checkpoint, ModelConfig? Config, int? TokenizerIds)
{
    private const long LargestJson = 256 << 20;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads what the checks look at.</summary>
    /// <exception cref="MergeOps.Diagnostics.MergeOpsException">The weights' files break their format or cannot be read.</exception>
    /// <exception cref="JsonException">A JSON file is not one, or not of the known layout.</exception>
    public static MergedModel Open(string folder) => new(
        CheckpointReader.Open(folder, []),
        Read(folder, ModelConfig.FileName) is { } config ? ModelConfig.Parse(Encoding.UTF8.GetString(config), "the merged model") : null,
        Read(folder, "tokenizer.json") is { } tokenizer ? IdsOf(tokenizer) : null);

    private static byte[]? Read(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        return !file.Exists ? null
            : file.Length <= LargestJson ? File.ReadAllBytes(file.FullName)
            : throw new JsonException($"{name} has {file.Length} bytes; at most {LargestJson} are read.");
    }

    /// <summary>BPE and WordPiece keep a map from token to id, Unigram a list of tokens in the order of their ids.</summary>
    private static int? IdsOf(byte[] tokenizer)
    {
        using var document = JsonDocument.Parse(tokenizer, Strict);
        var root = document.RootElement;
        var ids = new List<int>();
        if (Member(Member(root, "model"), "vocab") is { } vocabulary)
        {
            ids.AddRange(vocabulary.ValueKind switch
            {
                JsonValueKind.Object => vocabulary.EnumerateObject().Select(token => IdOf(token.Value)),
                JsonValueKind.Array => [vocabulary.GetArrayLength() - 1],
                _ => [],
            });
        }

        if (Member(root, "added_tokens") is { ValueKind: JsonValueKind.Array } added)
        {
            ids.AddRange(added.EnumerateArray().Select(token => IdOf(Member(token, "id"))));
        }

        return ids.Count > 0 ? ids.Max() + 1 : null;
    }

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } map && map.TryGetProperty(name, out var member) ? member : null;

    private static int IdOf(JsonElement? id) =>
        id is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value is >= 0 and < int.MaxValue
            ? value
            : throw new JsonException("tokenizer.json has a token whose id is not a whole number.");
}
