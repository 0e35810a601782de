using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Sources.Headers;
using MergeOps.Tensors;
using MergeOps.Tests.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Sources.Headers;

public sealed class RepositoryMetadataTextTests
{
    private const string Config = "{ \"a\": 1 }\n";

    private static readonly RepositoryMetadata Sample = new(
        "org/name",
        new('c', 40),
        new CardFields("other", "Own license", "https://example.org/license", ["en"], ["org/data"], ["merge", "two words"]),
        Config,
        [
            new("config.json", Config.Length, BlobDigest.Of(DigestKind.GitBlob, "{ \"a\": 1 }\n"u8)),
            new("model.safetensors", 200 + 24 + 4, new BlobDigest(DigestKind.Sha256, new('a', 64))),
        ],
        [
            new SafetensorsHeader(
                [
                    new TensorInfo("a name with spaces", DType.F32, [2, 3], "model.safetensors", 200, 24),
                    new TensorInfo("scalar", DType.F32, [], "model.safetensors", 224, 4),
                ],
                ImmutableSortedDictionary<string, string>.Empty,
                new CheckpointFile("model.safetensors", 228, new('b', 64))),
        ])
    {
        Paths = ["config.json", "model.safetensors", "modules.json"],
        Descriptions = ImmutableSortedDictionary<string, string>.Empty.Add("modules.json", "[]"),
        HeadIsEmbedding = false,
        Vocabulary = TokenizerFixture.Of(TokenizerFixture.Json(["a", "b", "<unused0>"])),
    };

    [Fact]
    public void Facts_read_back_as_they_were_written()
    {
        var text = RepositoryMetadataText.Write(Sample);
        var read = RepositoryMetadataText.Read("facts", text);

        Assert.Equal(text, RepositoryMetadataText.Write(read));
        Assert.Equal("\"F32 2,3 a name with spaces\"", text.Split('\n').First(line => line.Contains("spaces", StringComparison.Ordinal)).Trim().TrimEnd(','));
        var tensor = read.CheckpointIn("/folder").Tensors["scalar"];
        Assert.Equal((224, 4, 0), (tensor.Offset, tensor.ByteLength, tensor.Shape.Length));
        Assert.Equal(Sample.Paths, read.Paths);
        Assert.Equal("[]", read.Descriptions["modules.json"]);
        Assert.False(read.HeadIsEmbedding);
        Assert.Equal((3, false), (read.Vocabulary!.Size, read.Vocabulary.IsWhole));
    }

    [Fact]
    public void Metadata_of_version_1_are_still_read_and_say_nothing_of_what_they_did_not_know()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "Hub", "metadata-1.json"));

        var read = RepositoryMetadataText.Read("facts", text);

        Assert.Equal((1, "org/name", (bool?)null), (read.Version, read.Repository, read.HeadIsEmbedding));
        Assert.Empty(read.Descriptions);
        Assert.Null(read.Vocabulary);
        Assert.Equal(text, RepositoryMetadataText.Write(read));
    }

    [Fact]
    public void Metadata_of_version_2_are_read_and_written_as_they_are()
    {
        var text = File.ReadAllText(Repository.Data("Hub", "metadata-2.json"));

        var read = RepositoryMetadataText.Read("facts", text);

        Assert.Equal(text, RepositoryMetadataText.Write(read));
        Assert.Equal((2, "org/name", (bool?)false, 3), (read.Version, read.Repository, read.HeadIsEmbedding, read.Vocabulary!.Size));
        Assert.Equal(["config.json", "model.safetensors", "modules.json"], read.Paths);
        Assert.Equal("[]", read.Descriptions["modules.json"]);
    }

    [Fact]
    public void Another_layout_of_the_same_facts_is_read_and_only_what_is_written_is_canonical()
    {
        var text = RepositoryMetadataText.Write(Sample);
        var root = JsonNode.Parse(text)!.AsObject();
        var reordered = new JsonObject(root.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

        foreach (var other in (string[])[root.ToJsonString(), reordered.ToJsonString(), text.Replace("\n", "\r\n", StringComparison.Ordinal)])
        {
            Assert.Equal(text, RepositoryMetadataText.Write(RepositoryMetadataText.Read("facts", other)));
        }
    }

    [Fact]
    public void Tensors_of_a_file_of_PyTorch_keep_their_places_and_prompts_their_tokens()
    {
        var pickled = Sample with
        {
            Files = [Sample.Files[0], Sample.Files[1] with { Path = "pytorch_model.bin", Size = 900 }],
            Shards = [new SafetensorsHeader([new TensorInfo("second", DType.F32, [2], "pytorch_model.bin", 640, 8), new TensorInfo("first", DType.BF16, [3], "pytorch_model.bin", 512, 6)], ImmutableSortedDictionary<string, string>.Empty, new CheckpointFile("pytorch_model.bin", 900, new('b', 64)))],
            PromptTokens = ImmutableSortedDictionary<string, ImmutableArray<int>>.Empty.Add("<s>a text", [1, 20, 3]),
        };

        var text = RepositoryMetadataText.Write(pickled);
        var read = RepositoryMetadataText.Read("facts", text);

        Assert.Contains("\"version\": 3", text, StringComparison.Ordinal);
        Assert.Equal(text, RepositoryMetadataText.Write(read));
        Assert.Equal([("second", 640, 8), ("first", 512, 6)], read.Shards[0].Tensors.Select(tensor => (tensor.Name, tensor.Offset, tensor.ByteLength)));
        Assert.Equal([1, 20, 3], read.PromptTokens["<s>a text"]);
        Assert.Throws<MergeOpsException>(() => RepositoryMetadataText.Read("facts", text.Replace("640", "893", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("\"version\": 2", "\"version\": 4", "version 4")]
    [InlineData("\"version\": 2", "\"version\": 0", "Version 0")]
    [InlineData("F32 2,3 a", "F32 2,300 a", "longer than the file")]
    [InlineData("F32 2,3 a", "F99 2,3 a", "not a line of a tensor")]
    [InlineData("F32 2,3 a", "F32 2,-3 a", "not what `mergeops lock` writes")]
    [InlineData("228 model.safetensors", "228 ../model.safetensors", "not a line of a file")]
    [InlineData("{ \\\"a\\\": 1 }", "{ \\\"a\\\": 2 }", "does not match its digest")]
    [InlineData("\"repository\": \"org/name\",", "", "not what `mergeops lock` writes")]
    [InlineData("\"0-2\"", "\"0-999\"", "not what `mergeops lock` writes")]
    [InlineData("2 1 <unused0>", "2 9 <unused0>", "not what `mergeops lock` writes")]
    [InlineData("\"vocabulary\": {", "\"vocabulary\": 3, \"x\": {", "not what `mergeops lock` writes")]
    [InlineData("\"shards\": [", "\"shards\": 1, \"x\": [", "not what `mergeops lock` writes")]
    public void Anything_else_is_refused_with_the_reason(string canonical, string other, string reason)
    {
        var text = RepositoryMetadataText.Write(Sample);
        Assert.Contains(canonical, text, StringComparison.Ordinal);

        var refused = Assert.Throws<MergeOpsException>(() => RepositoryMetadataText.Read("facts", text.Replace(canonical, other, StringComparison.Ordinal)));

        Assert.Contains(reason, refused.Diagnostic.Code.Id + refused.Diagnostic.Detail, StringComparison.Ordinal);
    }
}
