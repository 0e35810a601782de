using System.Text;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

[RunsAlone("starts a program")]
public sealed class CheckpointReaderTests : IDisposable
{
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";

    private readonly TemporaryFolder folder = new();
    private readonly DiagnosticBag findings = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_single_file_opens_by_its_own_path_and_by_its_folder()
    {
        var file = folder.Write("model.safetensors", SafetensorsBytes.WithTensors(("b", 2), ("a", 3)));

        var byFile = CheckpointReader.Open(file, findings);
        var byFolder = CheckpointReader.Open(folder.Path, findings);

        Assert.Equal(folder.Path, byFile.Folder);
        Assert.Equal(["a", "b"], byFile.Tensors.Keys);
        Assert.Equal(byFile.Files, byFolder.Files);
        Assert.Equal(byFile.Tensors.Values.Select(t => t.Offset), byFolder.Tensors.Values.Select(t => t.Offset));
        Assert.Empty(findings);
    }

    [Fact]
    public void Shards_in_subfolders_open_in_ordinal_order()
    {
        folder.Write("z/1.safetensors", SafetensorsBytes.WithTensors(("a", 1)));
        folder.Write("B.safetensors", SafetensorsBytes.WithTensors(("b", 1)));
        WriteIndex(("b", "B.safetensors"), ("a", "z/1.safetensors"));

        var checkpoint = CheckpointReader.Open(folder.Path, findings);

        Assert.Equal(["B.safetensors", "z/1.safetensors"], checkpoint.Files.Select(f => f.Path));
        Assert.Equal("z/1.safetensors", checkpoint.Tensors["a"].File);
        Assert.Empty(findings);
    }

    [Theory]
    [InlineData("../x.safetensors")]
    [InlineData("sub/../../x.safetensors")]
    [InlineData("./x.safetensors")]
    [InlineData("sub//x.safetensors")]
    [InlineData("/etc/x.safetensors")]
    [InlineData("..\\x.safetensors")]
    [InlineData("sub\\x.safetensors")]
    [InlineData("C:\\x.safetensors")]
    [InlineData("C:x.safetensors")]
    [InlineData("\\\\host\\share\\x.safetensors")]
    [InlineData("https://example.org/x.safetensors")]
    [InlineData("x\0.safetensors")]
    [InlineData("x\n.safetensors")]
    [InlineData("x?.safetensors")]
    [InlineData("")]
    [InlineData("CON.safetensors")]
    [InlineData("nul/x.safetensors")]
    [InlineData("com¹.x.safetensors")]
    [InlineData("sub /x.safetensors")]
    [InlineData("sub./x.safetensors")]
    public void A_shard_name_that_is_no_plain_relative_path_is_refused(string shard)
    {
        WriteIndex(("a", shard));

        Assert.Equal(Codes.ShardNameRefused, Refusal().Code);
    }

    [Fact]
    public void Two_shard_names_that_differ_only_in_case_are_refused()
    {
        WriteIndex(("a", "A.safetensors"), ("b", "a.safetensors"));

        Assert.Equal(Codes.ShardNameRefused, Refusal().Code);
    }

    [Theory]
    [InlineData("pytorch_model.bin", "MOPS304")]
    [InlineData("x.PT", "MOPS304")]
    [InlineData("x.gguf", "MOPS303")]
    public void A_shard_of_another_kind_is_refused_by_its_name(string shard, string code)
    {
        folder.Write(shard, SafetensorsBytes.WithTensors(("a", 1)));
        WriteIndex(("a", shard));

        Assert.Equal(code, Refusal().Code.Id);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"weight_map":{}}""")]
    [InlineData("""{"weight_map":["a"]}""")]
    [InlineData("""{"weight_map":{"a":1}}""")]
    [InlineData("""{"weight_map":{"a":"x.safetensors"},"weight_map":{"a":"x.safetensors"}}""")]
    [InlineData("""{"weight_map":{"a":"x.safetensors","\u0061":"y.safetensors"}}""")]
    [InlineData("""{"weight_map":{"a":"x.safetensors"}} trailing""")]
    [InlineData("""{"weight_map":{"\ud800":"x.safetensors"}}""")]
    public void A_text_that_is_no_index_is_refused(string text)
    {
        folder.Write(ShardLayout.IndexNames[0], Encoding.UTF8.GetBytes(text));

        Assert.Equal(Codes.IndexInvalid, Refusal().Code);
    }

    [Fact]
    public void An_index_nested_without_end_is_refused()
    {
        folder.Write(ShardLayout.IndexNames[0], Encoding.UTF8.GetBytes(
            "{\"metadata\":" + string.Concat(Enumerable.Repeat("{\"a\":", 300))));

        Assert.Equal(Codes.IndexInvalid, Refusal().Code);
    }

    [Fact]
    public void A_missing_shard_is_refused_by_name()
    {
        folder.Write(First, SafetensorsBytes.WithTensors(("a", 1)));
        WriteIndex(("a", First), ("b", Second));

        var diagnostic = Refusal();

        Assert.Equal(Codes.ShardMissing, diagnostic.Code);
        Assert.Equal(folder[Second], diagnostic.Span?.Path);
    }

    [Fact]
    public void A_folder_with_a_shards_name_is_no_shard()
    {
        Directory.CreateDirectory(folder[First]);
        WriteIndex(("a", First));

        Assert.Equal(Codes.NotSafetensors, Refusal().Code);
    }

    [Theory]
    [InlineData("listed but held by none", "a:1 b:1 c:2", "a", "c")]
    [InlineData("listed in the wrong shard", "a:2 c:2", "a", "c")]
    [InlineData("held but not listed", "a:1 c:2", "a b", "c")]
    [InlineData("held twice", "a:1 c:2", "a", "c a")]
    public void An_index_and_shards_that_disagree_are_refused(string how, string listed, string first, string second)
    {
        folder.Write(First, SafetensorsBytes.WithTensors([.. first.Split(' ').Select(name => (name, 1))]));
        folder.Write(Second, SafetensorsBytes.WithTensors([.. second.Split(' ').Select(name => (name, 1))]));
        WriteIndex([.. listed.Split(' ').Select(entry => (entry[..1], entry[2] == '1' ? First : Second))]);

        Assert.True(Refusal().Code == Codes.IndexDisagrees, how);
    }

    [Theory]
    [InlineData("3", false)]
    [InlineData("4", true)]
    [InlineData("-1", true)]
    [InlineData("\"3\"", true)]
    [InlineData("[3]", true)]
    public void A_wrong_total_size_is_a_warning(string totalSize, bool warns)
    {
        folder.Write(First, SafetensorsBytes.WithTensors(("a", 3)));
        folder.Write(ShardLayout.IndexNames[0], Encoding.UTF8.GetBytes(
            $$$"""{"metadata":{"total_size":{{{totalSize}}}},"weight_map":{"a":"{{{First}}}"}}"""));

        CheckpointReader.Open(folder.Path, findings);

        Assert.Equal(warns ? [Codes.TotalSizeDiffers] : [], findings.Select(d => d.Code));
        Assert.False(findings.HasErrors);
    }

    [Fact]
    public void An_index_beside_the_same_model_in_one_file_is_taken_with_a_warning()
    {
        folder.Write("model.safetensors", SafetensorsBytes.WithTensors(("a", 1)));
        folder.Write(First, SafetensorsBytes.WithTensors(("a", 1)));
        WriteIndex(("a", First));

        var checkpoint = CheckpointReader.Open(folder.Path, findings);

        Assert.Equal(First, Assert.Single(checkpoint.Files).Path);
        Assert.Equal(Codes.TwoModelsInFolder, Assert.Single(findings).Code);
    }

    [Fact]
    public void An_index_beside_another_model_in_one_file_is_refused()
    {
        folder.Write("model.safetensors", SafetensorsBytes.WithTensors(("a", 2)));
        folder.Write(First, SafetensorsBytes.WithTensors(("a", 1)));
        WriteIndex(("a", First));

        Assert.Equal(Codes.TwoModelsInFolder, Refusal().Code);
    }

    [Fact]
    public void An_index_may_name_the_single_file_itself()
    {
        folder.Write("model.safetensors", SafetensorsBytes.WithTensors(("a", 2)));
        WriteIndex(("a", "model.safetensors"));

        CheckpointReader.Open(folder.Path, findings);

        Assert.Empty(findings);
    }

    [Fact]
    public void Shards_without_an_index_are_one_model()
    {
        folder.Write(First, SafetensorsBytes.WithTensors(("a", 1)));
        folder.Write(Second, SafetensorsBytes.WithTensors(("b", 2), ("c", 3)));

        var checkpoint = CheckpointReader.Open(folder.Path, findings);

        Assert.Equal([First, Second], checkpoint.Files.Select(file => file.Path));
        Assert.Equal(["a", "b", "c"], checkpoint.Tensors.Keys);
        Assert.Empty(findings);
    }

    [Fact]
    public void Shards_without_an_index_that_share_a_tensor_are_refused_by_its_name()
    {
        folder.Write(First, SafetensorsBytes.WithTensors(("a", 1), ("both", 1)));
        folder.Write(Second, SafetensorsBytes.WithTensors(("both", 1)));

        var diagnostic = Refusal();

        Assert.Equal(Codes.ShardsOverlap, diagnostic.Code);
        Assert.Contains($"'both' is in '{First}' and '{Second}'", diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_that_is_missing_without_an_index_is_named()
    {
        folder.Write("w-1-of-3.safetensors", SafetensorsBytes.WithTensors(("a", 1)));
        folder.Write("w-3-of-3.safetensors", SafetensorsBytes.WithTensors(("c", 1)));

        var diagnostic = Refusal();

        Assert.Equal(Codes.ShardsMissing, diagnostic.Code);
        Assert.Contains("2 of the 3 shards 'w-*-of-3.safetensors' and no index; 'w-2-of-3.safetensors' is missing", diagnostic.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("diffusion_pytorch_model.safetensors.index.json")]
    [InlineData("model.safetensors.index.fp16.json")]
    public void An_index_of_another_name_is_read(string name)
    {
        folder.Write("part.safetensors", SafetensorsBytes.WithTensors(("a", 1)));
        folder.Write("rest.safetensors", SafetensorsBytes.WithTensors(("b", 1)));
        WriteIndex(name, ("a", "part.safetensors"), ("b", "rest.safetensors"));

        Assert.Equal(["a", "b"], CheckpointReader.Open(folder.Path, findings).Tensors.Keys);
    }

    [Fact]
    public void An_index_of_another_save_says_what_is_there_and_what_to_do()
    {
        folder.Write(First, SafetensorsBytes.WithTensors(("a", 1)));
        folder.Write(Second, SafetensorsBytes.WithTensors(("b", 1)));
        WriteIndex(("a", "model-00001-of-00009.safetensors"), ("b", "model-00002-of-00009.safetensors"));

        var diagnostic = Refusal();
        File.Delete(folder[ShardLayout.IndexNames[0]]);

        Assert.Equal(Codes.ShardMissing, diagnostic.Code);
        Assert.Contains(
            "Of the 2 shards that model.safetensors.index.json names, none is there; 'model-*-of-00002.safetensors' is, of another save of the model. Remove model.safetensors.index.json",
            diagnostic.Detail,
            StringComparison.Ordinal);
        Assert.Equal(["a", "b"], CheckpointReader.Open(folder.Path, findings).Tensors.Keys);
    }

    [Fact]
    public void A_download_that_stopped_early_names_what_it_lacks()
    {
        folder.Write(First, SafetensorsBytes.WithTensors(("a", 1)));
        WriteIndex(("a", First), ("b", Second));

        Assert.Equal(
            $"Of the 2 shards that model.safetensors.index.json names, '{Second}' is missing; the rest is there. Download or copy what is missing.", Refusal().Detail);
    }

    [Fact]
    public void All_shards_without_an_index_beside_a_model_in_one_file_are_two_models()
    {
        folder.Write("model.safetensors", SafetensorsBytes.WithTensors(("a", 1), ("b", 1)));
        folder.Write(First, SafetensorsBytes.WithTensors(("a", 1)));
        folder.Write(Second, SafetensorsBytes.WithTensors(("b", 1)));

        Assert.Equal(Codes.SeveralModels, Refusal().Code);
    }

    [Fact]
    public void One_shard_beside_a_model_in_one_file_stays_unread_with_a_warning()
    {
        folder.Write("model.safetensors", SafetensorsBytes.WithTensors(("a", 1)));
        folder.Write(Second, SafetensorsBytes.WithTensors(("b", 1)));

        Assert.Equal(["a"], CheckpointReader.Open(folder.Path, findings).Tensors.Keys);
        var warning = Assert.Single(findings);
        Assert.Equal((Codes.TwoModelsInFolder, Severity.Warning), (warning.Code, warning.Severity));
        Assert.Contains(Second, warning.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_a_pickle_that_is_no_archive_is_refused_with_the_way_out()
    {
        folder.Write("pytorch_model.bin", [0x80, 2]);

        var diagnostic = Refusal();

        Assert.Equal(Codes.TorchFileInvalid, diagnostic.Code);
        Assert.Contains("safetensors/convert", diagnostic.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.npy", "MOPS304")]
    [InlineData("model.gguf", "MOPS303")]
    public void A_file_of_another_kind_is_refused_by_its_name(string name, string code) =>
        Assert.Equal(code, Refusal(folder.Write(name, SafetensorsBytes.WithTensors(("a", 1)))).Code.Id);

    [Theory]
    [InlineData("nowhere")]
    [InlineData("nowhere.safetensors")]
    public void A_path_without_anything_is_refused(string name) => Assert.Equal(Codes.ModelNotFound, Refusal(folder[name]).Code);

    [Fact]
    public void A_pipe_without_a_writer_does_not_hang_the_reader()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named files of this kind");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [folder["model.safetensors"]]))
        {
            mkfifo.WaitForExit();
        }

        Assert.Equal(Codes.NotSafetensors, Refusal().Code);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_the_worlds_fault()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "this user may read everything");
        var file = folder.Write("model.safetensors", SafetensorsBytes.WithTensors(("a", 1)));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.None);
        }

        Assert.Equal(Codes.FileUnreadable, Refusal().Code);
    }

    private Diagnostic Refusal(string? path = null) =>
        Assert.Throws<MergeOpsException>(() => CheckpointReader.Open(path ?? folder.Path, findings)).Diagnostic;

    private void WriteIndex(params (string Tensor, string Shard)[] entries) => WriteIndex(ShardLayout.IndexNames[0], entries);

    private void WriteIndex(string name, params (string Tensor, string Shard)[] entries) =>
        folder.Write(name, JsonSerializer.SerializeToUtf8Bytes(
            new { weight_map = entries.ToDictionary(e => e.Tensor, e => e.Shard) }));
}
