using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class ShardLayoutTests
{
    [Fact]
    public void A_header_is_byte_for_byte_what_the_official_library_writes()
    {
        var path = Repository.Data("Tensors", "official", "llama-bf16.safetensors");

        AssertSameHeader(path);
    }

    [Fact]
    public void So_is_the_header_of_every_reference_model()
    {
        var golden = Path.Combine(Repository.Shared, "golden", "models");
        Assert.SkipUnless(Directory.Exists(golden), $"{golden} is absent");

        Assert.All(Directory.EnumerateFiles(golden, "*.safetensors", SearchOption.AllDirectories), AssertSameHeader);
    }

    [Fact]
    public void What_fits_goes_into_one_file_without_an_index()
    {
        var layout = ShardLayout.Of([Bytes("a", 10), Bytes("b", 10)], shardSize: 20);

        Assert.Equal("model.safetensors", Assert.Single(layout.Shards).Name);
        Assert.Empty(layout.Indexes);
    }

    [Fact]
    public void Shards_fill_up_in_order_and_a_large_tensor_has_its_own()
    {
        var layout = ShardLayout.Of([Bytes("a", 10), Bytes("b", 100), Bytes("c", 10), Bytes("d", 1), Bytes("e", 20)], shardSize: 20);

        Assert.Equal(
            ["model-00001-of-00004.safetensors", "model-00002-of-00004.safetensors", "model-00003-of-00004.safetensors", "model-00004-of-00004.safetensors"],
            layout.Shards.Select(shard => shard.Name));
        Assert.Equal(["a c", "b", "d", "e"], layout.Shards.Select(shard => string.Join(' ', shard.Tensors.Select(t => t.Name))));
    }

    [Fact]
    public void A_component_has_files_and_an_index_of_its_own_in_which_its_tensors_have_their_own_names()
    {
        var model = new Checkpoint(
            "", [new("transformer/diffusion_pytorch_model.fp16.safetensors", 1, ""), new("text_encoder/model.safetensors", 1, "")], TensorMap<TensorInfo>.Empty)
        { Components = ["text_encoder", "transformer"] };

        var layout = ShardLayout.Of([Bytes("text_encoder/a", 3), Bytes("transformer/b", 2), Bytes("transformer/c", 2)], shardSize: 3, model);

        Assert.Equal(
            ["text_encoder/model.safetensors", "transformer/diffusion_pytorch_model-00001-of-00002.safetensors", "transformer/diffusion_pytorch_model-00002-of-00002.safetensors"],
            layout.Shards.Select(shard => shard.Name));
        Assert.Equal("transformer/diffusion_pytorch_model-00002-of-00002.safetensors", layout.Tensors["transformer/c"].File);
        Assert.Contains("{\"c\":", System.Text.Encoding.UTF8.GetString(layout.Shards[2].Header.AsSpan()).Replace("{\"__metadata__\":{\"format\":\"pt\"},", "{", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\"b\": \"diffusion_pytorch_model-00001-of-00002.safetensors\"", System.Text.Encoding.UTF8.GetString(Assert.Single(layout.Indexes).Value.AsSpan()), StringComparison.Ordinal);
        Assert.Equal("transformer/diffusion_pytorch_model.safetensors.index.json", Assert.Single(layout.Indexes).Key);
    }

    [Fact]
    public void The_index_lists_every_tensor_sorted_and_the_size_of_all()
    {
        var layout = ShardLayout.Of([Bytes("b", 2), Bytes("a", 1)], shardSize: 2);

        Assert.Equal(
            """
            {
              "metadata": {
                "total_size": 3
              },
              "weight_map": {
                "a": "model-00002-of-00002.safetensors",
                "b": "model-00001-of-00002.safetensors"
              }
            }

            """.ReplaceLineEndings("\n"),
            System.Text.Encoding.UTF8.GetString(layout.Indexes["model.safetensors.index.json"].AsSpan()));
    }

    [Fact]
    public void Larger_elements_come_first_so_that_every_tensor_is_aligned()
    {
        var layout = ShardLayout.Of(
            [
                new("a", DType.U8, [3]), new("b", DType.BF16, [1]), new("c", DType.F32, [1]),
                new("d", DType.F64, [1]), new("e", DType.F8_E4M3, [5]), new("f", DType.BF16, [3]),
            ],
            shardSize: 1000);

        Assert.Equal(["d", "c", "b", "f", "e", "a"], layout.Shards[0].Tensors.Select(t => t.Name));
        Assert.All(layout.Shards[0].Tensors, t => Assert.Equal(0, t.Offset % (t.DType.Bits() / 8)));
    }

    [Fact]
    public void A_model_without_tensors_is_one_file_with_a_header_alone()
    {
        var shard = Assert.Single(ShardLayout.Of([], 100).Shards);

        Assert.Equal(shard.Header.Length, shard.Length);
    }

    [Property(MaxTest = 60)]
    public void Whatever_is_written_is_read_back(NonEmptyArray<byte> sizes, NonNull<string> prefix, PositiveInt limit)
    {
        using var folder = new TemporaryFolder();
        var mergeable = Enum.GetValues<DType>();
        var name = JsonSerializer.Deserialize<string>(JsonSerializer.Serialize(prefix.Get))!;
        var tensors = sizes.Get.Select((size, i) => new OutputTensor($"{name}{i}", mergeable[size % mergeable.Length], [size % 5, 8])).ToList();
        var layout = ShardLayout.Of(tensors, limit.Get * 10L);
        using (var writer = ShardWriter.Open(folder.Path, layout))
        {
            Parallel.ForEach(tensors, tensor => writer.Write(tensor.Name, 0, Content(tensor)));
            writer.Flush();
        }

        var findings = new MergeOps.Diagnostics.DiagnosticBag();
        var read = CheckpointReader.Open(folder.Path, findings);

        Assert.Empty(findings);
        Assert.Equal(layout.Tensors.Count, read.Tensors.Count);
        using var reader = new TensorReader(read);
        foreach (var tensor in tensors)
        {
            var found = read.Tensors[tensor.Name];
            var bytes = new byte[found.ByteLength];
            reader.Read(found, 0, bytes);
            Assert.Equal((tensor.DType, tensor.ByteLength, layout.Tensors[tensor.Name].Offset), (found.DType, found.ByteLength, found.Offset));
            Assert.Equal(tensor.Shape, found.Shape);
            Assert.Equal(Content(tensor), bytes);
        }
    }

    private static OutputTensor Bytes(string name, long length) => new(name, DType.U8, [length]);

    private static byte[] Content(OutputTensor tensor) =>
        [.. Enumerable.Range(0, (int)tensor.ByteLength).Select(i => (byte)(i * 31 + tensor.Name.Length))];

    private static void AssertSameHeader(string path)
    {
        var official = SafetensorsHeaderReader.Read(path, "model.safetensors");
        var ours = ShardLayout.Of(official.Tensors.Reverse().Select(t => new OutputTensor(t.Name, t.DType, t.Shape)), long.MaxValue);

        Assert.Equal(File.ReadAllBytes(path).AsSpan(0, (int)official.Tensors[0].Offset), ours.Shards[0].Header.AsSpan());
        Assert.Equal(official.Tensors.Select(t => t.Offset), ours.Shards[0].Tensors.Select(t => t.Offset));
    }
}
