using System.Formats.Tar;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.Tensors;

/// <summary>Files that PyTorch wrote (<c>Data/Torch/make_torch.py</c>), with the bytes that PyTorch says are in them.</summary>
[RunsAlone("runs the command line, which merges")]
public sealed class TorchFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("every_kind.bin")]
    [InlineData("protocol_4.bin")]
    public void Every_tensor_has_the_type_shape_and_bytes_that_PyTorch_gives(string file)
    {
        var expected = JsonNode.Parse(File.ReadAllText(Repository.Data("Torch", "every_kind.json")))!["tensors"]!.AsObject();

        var checkpoint = CheckpointReader.Open(Repository.Data("Torch", file), []);

        Assert.Equal(expected.Select(tensor => tensor.Key).Order(StringComparer.Ordinal), checkpoint.Tensors.Keys);
        using var reader = new TensorReader(checkpoint);
        foreach (var tensor in checkpoint.Tensors.Values)
        {
            var bytes = new byte[tensor.ByteLength];
            reader.Read(tensor, 0, bytes);
            var known = expected[tensor.Name]!;
            Assert.Equal(NameOf((string)known["dtype"]!), tensor.DType.ToString());
            Assert.Equal(known["shape"]!.AsArray().Select(size => (long)size!), tensor.Shape);
            Assert.Equal((string)known["bytes"]!, Convert.ToHexStringLower(bytes));
        }
    }

    [Theory]
    [InlineData("every_kind.bin")]
    [InlineData("protocol_4.bin")]
    [InlineData("module.pth")]
    [InlineData("weights.bin")]
    public void Far_away_the_places_of_the_tensors_are_told_without_reading_the_heading_of_each(string file)
    {
        var bytes = new FarBytes(File.ReadAllBytes(Repository.Data("Torch", file)));

        var far = TorchFile.ReadHeader(bytes, file, file);

        Assert.Equal(TorchFile.ReadHeader(Repository.Data("Torch", file), file).Tensors.Select(tensor => (tensor.Name, tensor.Offset, tensor.ByteLength)), far.Tensors.Select(tensor => (tensor.Name, tensor.Offset, tensor.ByteLength)));
        Assert.InRange(bytes.Readings, 1, 6);
    }

    [Theory]
    [InlineData("wrapped.ckpt", "weight")]
    [InlineData("module.pth", "0.bias 0.weight 1.bias 1.num_batches_tracked 1.running_mean 1.running_var 1.weight")]
    public void The_weights_of_a_trainer_and_of_a_module_are_found(string file, string names) =>
        Assert.Equal(names.Split(' '), CheckpointReader.Open(Repository.Data("Torch", file), []).Tensors.Keys);

    [Theory]
    [InlineData("evil.bin", "MOPS304", "system")]
    [InlineData("numpy.bin", "MOPS304", "numpy")]
    [InlineData("whole_module.pt", "MOPS304", "torch.nn.modules.container.Sequential")]
    [InlineData("quantized.bin", "MOPS304", "torch._utils._rebuild_qtensor")]
    [InlineData("sparse.bin", "MOPS304", "torch._utils._rebuild_sparse_tensor")]
    [InlineData("legacy.bin", "MOPS339", "before 1.6")]
    [InlineData("script.pt", "MOPS339", "TorchScript")]
    [InlineData("strided.bin", "MOPS339", "'weight' is stored as a view with strides")]
    [InlineData("complex.bin", "MOPS304", "ComplexFloatStorage")]
    [InlineData("with_a_number.bin", "MOPS339", "'step' is not a tensor")]
    [InlineData("nested.bin", "MOPS339", "'nested' is not a tensor")]
    [InlineData("list.bin", "MOPS339", "no dictionary of tensors")]
    public void What_is_not_plain_weights_is_refused_by_name(string file, string code, string named)
    {
        var refused = Assert.Throws<MergeOpsException>(() => CheckpointReader.Open(Repository.Data("Torch", file), [])).Diagnostic;

        Assert.Equal(code, refused.Code.Id);
        Assert.Contains(named, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tar_archive_of_the_first_versions_is_refused_by_name()
    {
        using var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "storages") { DataStream = new MemoryStream([0x80, 2, (byte)'.']) });
        }

        var path = folder.Write("pytorch_model.bin", archive.ToArray());

        Assert.Contains("It is a tar archive, which the first versions of PyTorch wrote. Convert it", Assert.Throws<MergeOpsException>(() => CheckpointReader.Open(path, [])).Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_refused_and_never_crashes()
    {
        var whole = File.ReadAllBytes(Repository.Data("Torch", "wrapped.ckpt"));
        for (var length = 0; length < whole.Length; length++)
        {
            var path = folder.Write("cut.bin", whole.AsSpan(0, length));

            Assert.Throws<MergeOpsException>(() => CheckpointReader.Open(path, []));
        }
    }

    [Fact]
    public void A_changed_byte_is_read_as_another_number_or_refused_and_never_crashes()
    {
        var whole = File.ReadAllBytes(Repository.Data("Torch", "wrapped.ckpt"));
        for (var at = 0; at < whole.Length; at++)
        {
            foreach (var change in new byte[] { 1, 0x80, 0xff })
            {
                var bytes = whole.ToArray();
                bytes[at] ^= change;
                var path = folder.Write("changed.bin", bytes);
                try
                {
                    var tensor = Assert.Single(CheckpointReader.Open(path, []).Tensors.Values);
                    Assert.InRange(tensor.Offset + tensor.ByteLength, 0, whole.Length);
                }
                catch (MergeOpsException refused)
                {
                    Assert.NotEqual(Codes.FileUnreadable, refused.Diagnostic.Code);
                }
            }
        }
    }

    [Fact]
    public void A_merge_of_what_PyTorch_wrote_equals_the_merge_of_the_same_weights_in_safetensors()
    {
        folder.Write("torch/pytorch_model.bin", File.ReadAllBytes(Repository.Data("Torch", "weights.bin")));
        folder.Write("sharded/pytorch_model-00001-of-00002.bin", File.ReadAllBytes(Repository.Data("Torch", "weights-00001-of-00002.bin")));
        folder.Write("sharded/pytorch_model-00002-of-00002.bin", File.ReadAllBytes(Repository.Data("Torch", "weights-00002-of-00002.bin")));
        folder.Write("sharded/pytorch_model.bin.index.json", File.ReadAllBytes(Repository.Data("Torch", "weights.bin.index.json")));
        folder.Write("safe/model.safetensors", File.ReadAllBytes(Repository.Data("Torch", "weights.safetensors")));
        foreach (var model in new[] { "torch", "sharded", "safe" })
        {
            folder.Write($"{model}.yml", System.Text.Encoding.UTF8.GetBytes(
                $"merge_method: linear\nmodels:\n  - model: ./{model}\n    parameters: {{ weight: 0.25 }}\n  - model: ./safe\n    parameters: {{ weight: 0.75 }}\n"));
            Assert.Equal(0, CommandLineRun.Of("lock", folder[$"{model}.yml"]).ExitCode);
            Assert.Equal(0, CommandLineRun.Of("merge", folder[$"{model}.yml"], "--out", folder[$"out-{model}"]).ExitCode);
        }

        var expected = File.ReadAllBytes(folder["out-safe/model.safetensors"]);
        Assert.Equal(expected, File.ReadAllBytes(folder["out-torch/model.safetensors"]));
        Assert.Equal(expected, File.ReadAllBytes(folder["out-sharded/model.safetensors"]));
    }

    private static string NameOf(string torch) => torch switch
    {
        "float8_e4m3fn" => "F8_E4M3",
        "bfloat16" => "BF16",
        "bool" => "BOOL",
        _ => torch.Replace("uint", "U", StringComparison.Ordinal).Replace("float", "F", StringComparison.Ordinal).Replace("int", "I", StringComparison.Ordinal),
    };

    /// <summary>A file on another machine, which counts what is asked of it.</summary>
    private sealed class FarBytes(byte[] content) : IStoredBytes
    {
        public int Readings { get; private set; }

        public long Length => content.Length;

        public bool AreFar => true;

        public byte[] Read(long offset, int count)
        {
            Readings++;
            return content.AsSpan((int)offset, count).ToArray();
        }
    }
}
