using MergeOps.Architectures;
using Xunit;

namespace MergeOps.Tests.Architectures;

public sealed class TensorNamesTests
{
    [Theory]
    [InlineData("model.layers.3.self_attn.q_proj.weight", "model.layers", 3, "self_attn.q_proj.weight")]
    [InlineData("bert.encoder.layer.11.output.dense.bias", "bert.encoder.layer", 11, "output.dense.bias")]
    [InlineData("h.0.attn.c_attn.weight", "h", 0, "attn.c_attn.weight")]
    [InlineData("model.layers.5.mlp.experts.7.w1.weight", "model.layers", 5, "mlp.experts.7.w1.weight")]
    public void The_first_number_in_a_name_is_its_layer(string name, string stack, int layer, string suffix)
    {
        Assert.Equal(new LayerName(stack, layer, suffix), TensorNames.PlaceOf(name)?.In(name));
        Assert.Equal(name, TensorNames.PlaceOf(name)!.Value.In(name).At(layer));
    }

    [Theory]
    [InlineData("model.embed_tokens.weight")]
    [InlineData("lm_head.weight")]
    [InlineData("encoder.layer2.weight")]
    [InlineData("0.weight")]
    [InlineData("layers.3")]
    [InlineData("layers.-1.weight")]
    [InlineData("layers.01.weight")]
    [InlineData("layers.2147483647.weight")]
    public void A_name_without_a_layer_number_has_no_layer(string name) => Assert.Null(TensorNames.PlaceOf(name)?.In(name));

    [Theory]
    [InlineData("model.embed_tokens.weight", true)]
    [InlineData("transformer.wte.weight", true)]
    [InlineData("bert.embeddings.position_embeddings.weight", true)]
    [InlineData("model.norm.weight", false)]
    [InlineData("lm_head.weight", false)]
    [InlineData("embed_out.weight", false)]
    [InlineData("bert.pooler.dense.weight", false)]
    public void Embeddings_come_before_the_layers_and_all_else_after(string name, bool before) =>
        Assert.Equal(before, TensorRoles.ComesBeforeLayers(name));
}
