using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Models;

/// <summary>A Llama of any size whose headers are real and whose weights are holes; nothing is written anywhere.</summary>
internal static class SparseLlama
{
    /// <summary>The files by name. The digests of shards are made up: nobody can compute those of holes quickly.</summary>
    /// <param name="id">Goes into the digests, so that two models differ.</param>
    /// <param name="shape">What the headers say.</param>
    /// <param name="shardSize">The most bytes of a shard.</param>
    public static IReadOnlyDictionary<string, StoredFile> Files(string id, LlamaShape shape, long shardSize)
    {
        var shards = Shards(shape, shardSize);
        var files = new Dictionary<string, StoredFile>(StringComparer.Ordinal)
        {
            [".gitattributes"] = StoredFile.Regular(GitPatterns.DefaultAttributes),
            ["config.json"] = Text(shape.Config()),
            ["tokenizer.json"] = Text(ByteTokenizer.Tokenizer()),
            ["tokenizer_config.json"] = Text(ByteTokenizer.Config()),
            ["README.md"] = Text("---\nlicense: apache-2.0\n---\n# A large model of holes\n"),
        };
        var weightMap = new JsonObject();
        for (var number = 0; number < shards.Count; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"model-{number + 1:00000}-of-{shards.Count:00000}.safetensors");
            var start = SafetensorsStart.Of(shards[number]);
            var content = new SparseContent(start, start.Length + Size(shards[number]));
            files[name] = StoredFile.Lfs(content, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{id}/{name}"))));
            foreach (var (tensor, _) in shards[number])
            {
                weightMap[tensor] = name;
            }
        }

        var index = new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = shards.Sum(Size) }, ["weight_map"] = weightMap };
        files["model.safetensors.index.json"] = StoredFile.Regular(JsonSerializer.SerializeToUtf8Bytes(index));
        return files;
    }

    private static List<List<(string Name, long[] Shape)>> Shards(LlamaShape shape, long shardSize)
    {
        var shards = new List<List<(string Name, long[] Shape)>> { new() };
        foreach (var tensor in shape.Tensors())
        {
            if (shards[^1].Count > 0 && Size(shards[^1]) + SafetensorsStart.ByteLength(tensor.Shape) > shardSize)
            {
                shards.Add([]);
            }

            shards[^1].Add(tensor);
        }

        return shards;
    }

    private static long Size(List<(string Name, long[] Shape)> tensors) => tensors.Sum(tensor => SafetensorsStart.ByteLength(tensor.Shape));

    private static StoredFile Text(string text) => StoredFile.Regular(Encoding.UTF8.GetBytes(text));
}
