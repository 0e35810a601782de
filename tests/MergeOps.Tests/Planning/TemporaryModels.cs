using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Tensors;

namespace MergeOps.Tests.Planning;

/// <summary>A temporary folder with small models of zeros, and recipes beside them.</summary>
internal sealed class TemporaryModels : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mergeops-");

    public string Path => folder.FullName;

    /// <summary>Writes a recipe and gives its path.</summary>
    public string Recipe(string yaml, string name = "recipe.yml")
    {
        var path = System.IO.Path.Combine(Path, name);
        System.IO.File.WriteAllText(path, yaml);
        return path;
    }

    /// <summary>Writes a Llama-shaped model of zeros: hidden 4, the given depth and vocabulary.</summary>
    public TemporaryModels Llama(string name, int layers, int vocabulary = 8, bool head = true, bool? tied = false, DType dtype = DType.F32)
    {
        var tensors = new SortedDictionary<string, long[]>(StringComparer.Ordinal)
        {
            ["model.embed_tokens.weight"] = [vocabulary, 4],
            ["model.norm.weight"] = [4],
        };
        if (head)
        {
            tensors["lm_head.weight"] = [vocabulary, 4];
        }

        for (var layer = 0; layer < layers; layer++)
        {
            tensors[$"model.layers.{layer}.self_attn.q_proj.weight"] = [4, 4];
            tensors[$"model.layers.{layer}.mlp.up_proj.weight"] = [6, 4];
        }

        var config = new JsonObject
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["num_hidden_layers"] = layers,
            ["vocab_size"] = vocabulary,
            ["torch_dtype"] = "float32",
        };
        if (tied is { } declared)
        {
            config["tie_word_embeddings"] = declared;
        }

        return Model(name, tensors, dtype, config.ToJsonString());
    }

    /// <summary>Writes a model of zeros with any tensors of one type.</summary>
    public TemporaryModels Model(string name, IReadOnlyDictionary<string, long[]> tensors, DType dtype = DType.F32, string config = "{}") =>
        Mixed(name, config, [.. tensors.Select(tensor => (tensor.Key, dtype, tensor.Value))]);

    /// <summary>Writes a model of zeros whose tensors have types of their own; without a config when that is null.</summary>
    public TemporaryModels Mixed(string name, string? config, params (string Name, DType DType, long[] Shape)[] tensors)
    {
        var header = new JsonObject();
        long offset = 0;
        foreach (var (tensor, dtype, shape) in tensors)
        {
            var bytes = shape.Aggregate(1L, (a, b) => a * b) * dtype.Bits() / 8;
            header[tensor] = new JsonObject
            {
                ["dtype"] = dtype.ToString(),
                ["shape"] = new JsonArray([.. shape.Select(d => JsonValue.Create(d))]),
                ["data_offsets"] = new JsonArray(offset, offset + bytes),
            };
            offset += bytes;
        }

        var json = Encoding.UTF8.GetBytes(header.ToJsonString());
        var prefix = new byte[8 + json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, json.Length);
        json.CopyTo(prefix, 8);
        var model = folder.CreateSubdirectory(name);
        using (var file = System.IO.File.Create(System.IO.Path.Combine(model.FullName, "model.safetensors")))
        {
            // most disks store zeros that were never written in no space at all
            file.Write(prefix);
            file.SetLength(prefix.Length + offset);
        }

        return config is null ? this : File(name, "config.json", config);
    }

    /// <summary>Writes an adapter of zeros with these settings of PEFT; without settings when they are null.</summary>
    public TemporaryModels Adapter(string name, string? settings, params (string Name, DType DType, long[] Shape)[] tensors)
    {
        Mixed(name, null, tensors);
        System.IO.File.Move(System.IO.Path.Combine(Path, name, "model.safetensors"), System.IO.Path.Combine(Path, name, "adapter_model.safetensors"), overwrite: true);
        return settings is null ? this : File(name, "adapter_config.json", settings);
    }

    /// <summary>Writes a file into a model's folder.</summary>
    public TemporaryModels File(string model, string path, string text)
    {
        var file = System.IO.Path.Combine(Path, model, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllText(file, text);
        return this;
    }

    /// <summary>Writes over bytes in a tensor of a model: the way to make two models of zeros differ.</summary>
    public TemporaryModels Poke(string model, string tensor, long offset, params byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, model, "model.safetensors");
        var info = CheckpointReader.Open(path, []).Tensors[tensor];
        using var file = new FileStream(path, FileMode.Open);
        file.Position = info.Offset + offset;
        file.Write(bytes);
        return this;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
