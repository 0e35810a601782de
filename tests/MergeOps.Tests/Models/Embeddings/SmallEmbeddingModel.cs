using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeOps.Tests.Models.Embeddings;

/// <summary>
/// The small random BERT of <c>Data/Encoders/bert</c> as a model of sentence-transformers: its tokens 5 to 31 are the words
/// <c>w5</c> to <c>w31</c>, 2 and 3 stand around every text, and transformers' states of three texts are known.
/// </summary>
internal sealed class SmallEmbeddingModel : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public SmallEmbeddingModel()
    {
        foreach (var file in new[] { "config.json", "model.safetensors" })
        {
            folder.Write(file, File.ReadAllBytes(Repository.Data("Encoders", "bert", file)));
        }

        var vocabulary = new JsonObject(
            new[] { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]" }.Concat(Enumerable.Range(5, 27).Select(id => $"w{id}"))
                .Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));
        Write("tokenizer.json", new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(),
            ["pre_tokenizer"] = new JsonObject { ["type"] = "WhitespaceSplit" },
            ["post_processor"] = new JsonObject { ["type"] = "BertProcessing", ["cls"] = new JsonArray("[CLS]", 2), ["sep"] = new JsonArray("[SEP]", 3) },
            ["model"] = new JsonObject { ["type"] = "WordLevel", ["vocab"] = vocabulary, ["unk_token"] = "[UNK]" },
        });
        Modules("Transformer", "Pooling");
        Write("1_Pooling/config.json", new JsonObject { ["word_embedding_dimension"] = 16, ["pooling_mode_mean_tokens"] = true });

        using var document = JsonDocument.Parse(File.ReadAllText(Repository.Data("Encoders", "bert", "expected.json")));
        var ids = document.RootElement.GetProperty("ids").Deserialize<int[][]>()!;
        Texts = [.. ids.Select(text => string.Join(' ', text[1..^1].Select(id => $"w{id}")))];
        States = document.RootElement.GetProperty("states").Deserialize<float[][][]>()!;
    }

    public string Path => folder.Path;

    /// <summary>Texts of different lengths.</summary>
    public string[] Texts { get; }

    /// <summary>The states of their tokens.</summary>
    public float[][][] States { get; }

    /// <summary>Names the modules, each in a folder of its place and name.</summary>
    public void Modules(params string[] kinds) => Write("modules.json", new JsonArray([.. kinds.Select((kind, index) => new JsonObject
    {
        ["idx"] = index,
        ["name"] = index.ToString(CultureInfo.InvariantCulture),
        ["path"] = index == 0 ? "" : $"{index}_{kind}",
        ["type"] = $"sentence_transformers.models.{kind}",
    })]));

    public void Write(string path, JsonNode content) => folder.Write(path, Encoding.UTF8.GetBytes(content.ToJsonString()));

    /// <summary>A file of float32 tensors.</summary>
    public void WriteTensors(string path, params (string Name, long[] Shape, float[] Values)[] tensors)
    {
        var (header, content) = (new JsonObject(), new MemoryStream());
        foreach (var (name, shape, values) in tensors)
        {
            var start = content.Length;
            content.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values));
            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(size => (JsonNode?)size)]),
                ["data_offsets"] = new JsonArray(start, content.Length),
            };
        }

        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        folder.Write(path, [.. BitConverter.GetBytes((long)text.Length), .. text, .. content.ToArray()]);
    }

    public void Delete(string path) => File.Delete(folder[path]);

    public void Dispose() => folder.Dispose();
}
