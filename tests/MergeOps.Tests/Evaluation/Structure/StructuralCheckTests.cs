using System.Buffers.Binary;
using System.Collections.Immutable;
using MergeOps.Evaluation.Structure;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Evaluation.Structure;

public sealed class StructuralCheckTests : IDisposable
{
    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";

    private readonly TemporaryModels models = new();

    private string Merged => Path.Combine(models.Path, "merged");

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_whole_model_passes_every_check()
    {
        models.Llama("merged", layers: 2);

        Assert.All(Run(), check => Assert.Equal(CheckVerdict.Passed, check.Verdict));
    }

    [Fact]
    public void A_planned_tensor_that_is_missing_is_named()
    {
        models.Llama("merged", layers: 1);
        var plan = PlanOf(Merged);
        models.Llama("merged", layers: 1, head: false);

        AssertFailed(plan, "planned tensors", "'lm_head.weight' is planned, but missing.");
    }

    [Fact]
    public void A_tensor_that_is_not_planned_is_named()
    {
        models.Llama("merged", layers: 1, head: false);
        var plan = PlanOf(Merged);
        models.Llama("merged", layers: 1);

        AssertFailed(plan, "planned tensors", "'lm_head.weight' is present, but not planned.");
    }

    [Fact]
    public void Another_shape_or_dtype_is_named_with_both()
    {
        models.Llama("merged", layers: 1);
        var plan = PlanOf(Merged);
        models.Llama("merged", layers: 1, vocabulary: 9, dtype: DType.BF16);

        AssertFailed(plan, "planned tensors", "'lm_head.weight' is BF16 [9, 4], but F32 [8, 4] is planned.");
    }

    [Theory]
    [InlineData(DType.F64, 0x7FF8_0000_0000_0000UL)]
    [InlineData(DType.F64, 0xFFF0_0000_0000_0000UL)]
    [InlineData(DType.F32, 0x7F80_0001UL)]
    [InlineData(DType.F32, 0xFF80_0000UL)]
    [InlineData(DType.F16, 0x7C00UL)]
    [InlineData(DType.BF16, 0xFFC0UL)]
    public void A_single_value_that_is_no_number_is_found(DType dtype, ulong bits)
    {
        models.Llama("merged", layers: 1, dtype: dtype);
        Write(Embedding, index: 31, bits);

        AssertFailed(PlanOf(Merged), "finite values", $"1 of the 32 values of '{Embedding}' are NaN or infinite.");
    }

    [Theory]
    [InlineData(DType.F64, 0x7FEF_FFFF_FFFF_FFFFUL)]
    [InlineData(DType.F32, 0xFF7F_FFFFUL)]
    [InlineData(DType.F16, 0x7BFFUL)]
    [InlineData(DType.BF16, 0x7F7FUL)]
    public void The_largest_number_is_still_one(DType dtype, ulong bits)
    {
        models.Llama("merged", layers: 1, dtype: dtype);
        Write(Embedding, index: 0, bits);

        Assert.Equal(CheckVerdict.Passed, Run().Single(check => check.Name == "finite values").Verdict);
    }

    [Fact]
    public void A_tied_model_without_a_head_passes()
    {
        models.Llama("merged", layers: 1, head: false, tied: true);

        Assert.Equal(CheckVerdict.Passed, Run().Single(check => check.Name == "tied embeddings").Verdict);
    }

    [Fact]
    public void A_tied_model_may_store_an_equal_head()
    {
        models.Llama("merged", layers: 1, tied: true);

        Assert.Equal(CheckVerdict.Passed, Run().Single(check => check.Name == "tied embeddings").Verdict);
    }

    [Fact]
    public void A_tied_model_whose_stored_head_differs_fails()
    {
        models.Llama("merged", layers: 1, tied: true);
        Write(Head, index: 7, bits: 1);

        AssertFailed(
            PlanOf(Merged),
            "tied embeddings",
            "config.json ties the embeddings, so loaders ignore 'lm_head.weight', which differs from 'model.embed_tokens.weight'.");
    }

    [Fact]
    public void An_untied_causal_model_without_a_head_fails()
    {
        models.Llama("merged", layers: 1, head: false, tied: false);

        AssertFailed(
            PlanOf(Merged),
            "tied embeddings",
            "config.json does not tie the embeddings, and no output head is stored: loaders would initialize it randomly.");
    }

    [Fact]
    public void A_config_that_says_nothing_of_tying_cannot_disagree()
    {
        models.Llama("merged", layers: 1, tied: null);

        Assert.Equal(CheckVerdict.NotApplicable, Run().Single(check => check.Name == "tied embeddings").Verdict);
    }

    [Fact]
    public void A_vocab_size_that_disagrees_with_the_rows_fails()
    {
        models.Llama("merged", layers: 1);
        var config = Path.Combine(Merged, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"vocab_size\":8", "\"vocab_size\":9", StringComparison.Ordinal));

        AssertFailed(PlanOf(Merged), "vocabulary rows", $"'{Embedding}' has 8 rows, config.json has a vocab_size of 9.");
    }

    [Theory]
    [InlineData("""{"model": {"vocab": {"a": 0, "b": 7}}}""", true)]
    [InlineData("""{"model": {"vocab": {"a": 0, "b": 8}}}""", false)]
    [InlineData("""{"model": {"vocab": {"a": 0}}, "added_tokens": [{"id": 8, "content": "<x>"}]}""", false)]
    [InlineData("""{"model": {"vocab": [["a", -1], ["b", -2]]}}""", true)]
    [InlineData("""{"model": null}""", true)]
    public void A_token_id_beyond_the_rows_fails(string tokenizer, bool passes)
    {
        models.Llama("merged", layers: 1);
        File.WriteAllText(Path.Combine(Merged, "tokenizer.json"), tokenizer);

        Assert.Equal(passes ? CheckVerdict.Passed : CheckVerdict.Failed, Run().Single(check => check.Name == "vocabulary rows").Verdict);
    }

    [Fact]
    public void A_token_without_a_row_passes_where_the_model_that_gives_the_tokenizer_has_none_either()
    {
        models.Llama("merged", layers: 1).Llama("donor", layers: 1).Llama("larger", layers: 1, vocabulary: 9);
        File.WriteAllText(Path.Combine(Merged, "vocab.txt"), string.Concat(Enumerable.Range(0, 9).Select(id => $"t{id}\n")));

        AssertFailed(PlanOf(Merged), "vocabulary rows", $"'{Embedding}' has 8 rows, the tokenizer has ids up to 8.");
        AssertFailed(PlanFrom("larger"), "vocabulary rows", $"'{Embedding}' has 8 rows, the tokenizer has ids up to 8.");
        var check = Run(PlanFrom("donor")).Single(check => check.Name == "vocabulary rows");
        Assert.Equal((CheckVerdict.Passed, "8 rows for 9 token ids, as in the model that gives the tokenizer."), (check.Verdict, check.Detail));
    }

    [Theory]
    [InlineData("config.json", "[1]")]
    [InlineData("config.json", "{")]
    [InlineData("config.json", """{"vocab_size": 8, "vocab_size": 9}""")]
    [InlineData("tokenizer.json", "")]
    [InlineData("tokenizer.json", """{"model": {"vocab": {"a": "b"}}}""")]
    public void A_configuration_that_is_not_one_fails_without_an_exception(string file, string text)
    {
        models.Llama("merged", layers: 1);
        File.WriteAllText(Path.Combine(Merged, file), text);

        Assert.Equal(("readable configuration", CheckVerdict.Failed), Run().Select(check => (check.Name, check.Verdict)).Single());
    }

    private void AssertFailed(MergePlan plan, string name, string detail)
    {
        var check = Run(plan).Single(check => check.Name == name);

        Assert.Equal((CheckVerdict.Failed, detail), (check.Verdict, check.Detail));
    }

    private ImmutableArray<CheckResult> Run(MergePlan? plan = null) =>
        StructuralCheck.Run(plan ?? PlanOf(Merged), Merged, bytesRead: null, CancellationToken.None);

    private void Write(string tensor, int index, ulong bits)
    {
        var info = CheckpointReader.Open(Merged, []).Tensors[tensor];
        var value = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(value, bits);
        using var file = File.OpenWrite(Path.Combine(Merged, info.File));
        file.Position = info.Offset + (index * info.DType.Bits() / 8);
        file.Write(value.AsSpan(0, info.DType.Bits() / 8));
    }

    private MergePlan PlanFrom(string donor) => PlanOf(Merged) with
    {
        Models = [new(new(donor), CheckpointReader.Open(Path.Combine(models.Path, donor), []), ImmutableSortedDictionary<string, BlobDigest?>.Empty)],
        Companions = [new(0, "vocab.txt")],
    };

    private static MergePlan PlanOf(string folder) => new()
    {
        Name = "merged",
        Models = [],
        Jobs =
        [
            .. CheckpointReader.Open(folder, []).Tensors.Values.Select(tensor => new TensorJob
            {
                Name = tensor.Name,
                DType = tensor.DType,
                Shape = tensor.Shape,
                Parameters = ResolvedParameters.Empty,
                Inputs = [],
                Seed = 0,
                Digest = "",
            }),
        ],
        Dropped = [],
        Donor = 0,
        Config = null,
        Companions = [],
        ShardSize = 1,
        Seed = 0,
        Digest = "",
    };
}
