using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>A library of some years ago stored the embedding of T5 and BART three times, newer ones store it once; both are the same model.</summary>
public sealed class StoredCopiesTests : PlanningTests
{
    private static readonly long[] Shape = [8, 4];

    [Theory]
    [InlineData("shared.weight", "encoder.embed_tokens.weight")]
    [InlineData("shared.weight", "decoder.embed_tokens.weight")]
    [InlineData("model.shared.weight", "model.encoder.embed_tokens.weight")]
    [InlineData("transformer.shared.weight", "transformer.decoder.embed_tokens.weight")]
    [InlineData("text_encoder_2/shared.weight", "text_encoder_2/encoder.embed_tokens.weight")]
    [InlineData("lm_head.bias", "lm_head.decoder.bias")]
    [InlineData("cls.predictions.bias", "cls.predictions.decoder.bias")]
    public void A_copy_that_one_model_stores_is_left_out_and_no_loss(string original, string copy)
    {
        Models.Mixed("old", "{}", Tensor("layers.0.up.weight"), Tensor(original), Tensor(copy));
        Models.Mixed("new", "{}", Tensor("layers.0.up.weight"), Tensor(original));

        foreach (var (first, second) in new[] { ("./old", "./new"), ("./new", "./old") })
        {
            var (plan, found) = TryPlan(Linear(first, second), Models);

            Assert.Empty(found);
            Assert.Equal([original, "layers.0.up.weight"], plan!.Jobs.Select(job => job.Name).Order(StringComparer.Ordinal).OrderByDescending(name => name == original));
            Assert.Equal(new ExpectedEqual(new(first == "./old" ? 0 : 1, copy), new(first == "./old" ? 0 : 1, original), IsLeftOut: true), Assert.Single(plan.Expected));
            Assert.Equal($"'{copy}' of ./old: a stored copy of '{original}'.", Assert.Single(found.Details).Detail);
        }
    }

    [Fact]
    public void A_model_that_stores_the_embedding_under_a_copys_name_alone_gives_it()
    {
        Models.Mixed("whole", "{}", Tensor("layers.0.up.weight"), Tensor("shared.weight"));
        Models.Mixed("encoder", "{}", Tensor("layers.0.up.weight"), Tensor("encoder.embed_tokens.weight"));

        foreach (var (first, second) in new[] { ("./whole", "./encoder"), ("./encoder", "./whole") })
        {
            var (plan, found) = TryPlan(Linear(first, second), Models);

            Assert.Empty(found);
            Assert.Equal(["encoder.embed_tokens.weight", "shared.weight"], Job(plan!, "shared.weight").Inputs.Select(input => input.Source.Name).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Copies_that_were_trained_apart_are_weights_like_any_other()
    {
        var tensors = new[] { Tensor("decoder.embed_tokens.weight"), Tensor("layers.0.up.weight"), Tensor("shared.weight") };
        Models.Mixed("a", "{}", tensors).Mixed("b", "{}", tensors);
        OneInTheFirstByteOfWeights("a");

        var (plan, found) = TryPlan(Linear("./a", "./b"), Models);

        Assert.Empty(found);
        Assert.Equal(3, plan!.Jobs.Length);
        Assert.Empty(plan.Expected);
    }

    [Fact]
    public void A_copy_that_was_trained_apart_is_never_left_out_without_a_word()
    {
        Models.Mixed("a", "{}", Tensor("decoder.embed_tokens.weight"), Tensor("layers.0.up.weight"), Tensor("shared.weight"));
        Models.Mixed("b", "{}", Tensor("layers.0.up.weight"), Tensor("shared.weight"));
        OneInTheFirstByteOfWeights("a");

        Assert.Equal(Codes.WeightsLost, Assert.Single(TryPlan(Linear("./b", "./a"), Models).Diagnostics).Code);
        Assert.Contains("'decoder.embed_tokens.weight'", Refused(Linear("./a", "./b")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_of_the_vocabulary_follows_the_tensor_that_all_libraries_load()
    {
        Models.Mixed("old", """{"vocab_size": 8}""", Tensor("encoder.embed_tokens.weight"), Tensor("layers.0.up.weight"), Tensor("shared.weight"));
        Models.Mixed("longer", """{"vocab_size": 9}""", Tensor("layers.0.up.weight"), ("shared.weight", DType.F32, [9, 4]));

        var plan = Plan("merge_method: passthrough\nbase_model: ./old\nslices:\n  - sources: [{model: ./longer, layer_range: [0, 1]}]\n");

        Assert.Equal(9, (int)JsonNode.Parse(plan.Config!)!["vocab_size"]!);
    }

    private static (string Name, DType DType, long[] Shape) Tensor(string name) =>
        (name, DType.F32, name.EndsWith(".bias", StringComparison.Ordinal) ? [8] : Shape);

    private static string Linear(params string[] models) =>
        "merge_method: linear\nparameters:\n  weight: 1\nmodels:\n" + string.Concat(models.Select(model => $"  - model: {model}\n"));

    private void OneInTheFirstByteOfWeights(string model)
    {
        var path = Path.Combine(Models.Path, model, "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[8 + BitConverter.ToInt32(bytes)] = 1;
        File.WriteAllBytes(path, bytes);
    }
}
