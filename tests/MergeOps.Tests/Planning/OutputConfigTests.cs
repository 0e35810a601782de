using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>What the merged model says of itself in its config.</summary>
public sealed class OutputConfigTests : PlanningTests
{
    [Fact]
    public void A_config_that_counts_no_layers_keeps_its_lists()
    {
        Models.Model("a", new Dictionary<string, long[]> { ["h.0.x"] = [1] }, config: """{"n_layer": 0, "pruned_heads": []}""");
        var plan = Plan("""
            merge_method: passthrough
            models:
              - model: ./a
            """);

        Assert.Equal("""{"n_layer":0,"pruned_heads":[]}""", JsonNode.Parse(plan.Config!)!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"vocab_size": 8, "vocab_size": 9}""")]
    [InlineData("""{"rope": {"type": 1, "type": 2}}""")]
    [InlineData("""{"model_type": "\ud800"}""")]
    [InlineData("""["LlamaForCausalLM"]""")]
    [InlineData("{")]
    public void A_config_that_readers_understand_differently_is_refused(string config)
    {
        Models.Model("a", new Dictionary<string, long[]> { ["lm_head.weight"] = [2, 2] }, config: config);

        var refusal = Refused("""
            merge_method: passthrough
            models:
              - model: ./a
            """);

        Assert.Equal((Codes.ConfigUnreadable, 3), (refusal.Code, refusal.Span?.Line));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("README.md")]
    public void A_description_that_is_a_link_out_of_the_models_folder_is_refused(string file)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        Models.Llama("a", layers: 1);
        var link = Path.Combine(Models.Path, "a", file);
        File.Move(Path.Combine(Models.Path, "a", "config.json"), Path.Combine(Models.Path, "foreign.json"));
        File.CreateSymbolicLink(link, "../foreign.json");

        Assert.Equal(Codes.LinkRefused, Refused("""
            merge_method: passthrough
            models:
              - model: ./a
            """).Code);
    }

    [Theory]
    [InlineData(true, false, true, false, true, false)] // both untied: the head is merged
    [InlineData(true, false, false, true, true, false)] // one untied: the other's embedding stands in
    [InlineData(false, true, false, true, false, true)] // both tied: none is written
    [InlineData(true, true, true, true, false, true)] // stored although tied: it is the embedding
    public void The_head_is_written_when_any_model_has_its_own(bool head1, bool tied1, bool head2, bool tied2, bool written, bool tied)
    {
        Models.Llama("a", layers: 1, head: head1, tied: tied1).Llama("b", layers: 1, head: head2, tied: tied2);
        var plan = Plan("""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 1 }
              - model: ./b
                parameters: { weight: 1 }
            """);
        Assert.Equal(written, plan.Jobs.Any(job => job.Name == "lm_head.weight"));
        Assert.Equal(tied, (bool)JsonNode.Parse(plan.Config!)!["tie_word_embeddings"]!);
        if (written && !head2)
        {
            Assert.Equal("model.embed_tokens.weight", Job(plan, "lm_head.weight").Inputs[1].Tensor.Name);
        }
    }
}
