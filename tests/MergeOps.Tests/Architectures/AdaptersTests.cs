using MergeOps.Architectures;
using Xunit;

namespace MergeOps.Tests.Architectures;

/// <summary>Names of tensors as published adapters have them, and as published models have them that only look alike.</summary>
public sealed class AdaptersTests
{
    [Theory]
    [InlineData("merge_and_unload", "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight")]
    [InlineData("merge_and_unload", "base_model.model.model.layers.3.mlp.down_proj.lora_magnitude_vector.weight")]
    [InlineData("merge_and_unload", "base_model.model.model.layers.0.self_attn.k_proj.ia3_l")]
    [InlineData("merge_and_unload", "base_model.model.encoder.layer.0.attention.self.query.hada_w1_a")]
    [InlineData("merge_and_unload", "base_model.model.model.embed_tokens.lora_embedding_A")]
    [InlineData("merge_and_unload", "base_model.model.model.layers.0.self_attn.q_proj.vera_lambda_b")]
    [InlineData("merge_and_unload", "base_model.model.model.layers.0.self_attn.q_proj.oft_r.default")]
    [InlineData("merge_lora.py", "lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight", "lora_unet_down_blocks_0_attentions_0_proj_in.alpha")]
    [InlineData("merge_lora.py", "lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_up.weight")]
    [InlineData("merge_lora.py", "lora_unet_input_blocks_1_1_proj_in.hada_w1_a", "lora_unet_input_blocks_1_1_proj_in.hada_w1_b")]
    [InlineData("merge_lora.py", "lycoris_layers_0_attention.lokr_w1")]
    [InlineData("merge_lora.py", "lora_transformer_double_blocks_0_img_attn_qkv.lora_down.weight")]
    [InlineData("merge_lora.py", "diffusion_model.blocks.0.cross_attn.k.lora_down.weight")]
    [InlineData("merge_lora.py", "lora_controlnet", "input_blocks.1.0.in_layers.2.up", "input_blocks.1.0.in_layers.2.down")]
    [InlineData("fuse_lora()", "unet.up_blocks.1.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.up.weight")]
    [InlineData("fuse_lora()", "text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer.down.weight")]
    [InlineData("fuse_lora()", "unet.down_blocks.0.attentions.0.proj_in.lora.up.weight")]
    [InlineData("fuse_lora()", "transformer.single_transformer_blocks.0.attn.to_k.lora_A.weight")]
    [InlineData("mlx_lm.fuse", "model.layers.15.self_attn.q_proj.lora_a", "model.layers.15.self_attn.q_proj.lora_b")]
    [InlineData("changes none of the base's weights", "prompt_embeddings")]
    [InlineData("changes none of the base's weights", "emb_params")]
    [InlineData("changes none of the base's weights", "clip_g", "clip_l")]
    public void An_adapter_is_known_by_its_tensors_and_sent_to_the_tool_that_applies_it(string wayOut, params string[] tensors)
    {
        var objection = Adapters.Objection(tensors, "x.safetensors", settings: null);

        Assert.NotNull(objection);
        Assert.StartsWith("'x.safetensors' ", objection, StringComparison.Ordinal);
        Assert.Contains(wayOut, objection, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.layers.0.attn.w_lora.lora.0.weight")]
    [InlineData("model.layers.0.self_attn.kv_a_proj_with_mqa.weight", "model.layers.0.self_attn.kv_b_proj.weight", "model.layers.0.self_attn.q_a_proj.weight")]
    [InlineData("wav2vec2.encoder.layers.0.adapter_layer.linear_1.weight")]
    [InlineData("model.diffusion_model.input_blocks.0.0.weight", "first_stage_model.decoder.up.0.block.0.conv1.weight", "cond_stage_model.transformer.text_model.embeddings.position_ids")]
    [InlineData("model.layers.0.mlp.up.weight", "model.layers.0.mlp.down.weight")]
    [InlineData("prompt_encoder.embeddings.weight", "image_proj.latents", "ip_adapter.1.to_k_ip.weight")]
    [InlineData("alpha", "beta")]
    public void A_model_is_not_taken_for_an_adapter(params string[] tensors) => Assert.Null(Adapters.Objection(tensors, "m", settings: null));

    [Fact]
    public void A_model_that_still_has_an_adapter_in_it_is_told_from_one()
    {
        string[] tensors = [.. Enumerable.Range(0, 9).Select(layer => $"model.layers.{layer}.mlp.up_proj.base_layer.weight"), "model.layers.0.mlp.up_proj.lora_A.speech.weight"];

        Assert.StartsWith("'m' holds an adapter of PEFT that is not applied to its weights: 1 of its 10 tensors", Adapters.Objection(tensors, "m", settings: null), StringComparison.Ordinal);
    }

    [Fact]
    public void The_base_that_the_settings_name_is_told() =>
        Assert.EndsWith(
            "(its base is 'acme/base').", Adapters.ObjectionToFiles("./lora", """{"peft_type": "LORA", "base_model_name_or_path": "acme/base"}"""), StringComparison.Ordinal);

    [Theory]
    [InlineData("adapter_config.json adapter_model.safetensors README.md", true)]
    [InlineData("adapter_config.json adapter_model.bin", true)]
    [InlineData("adapter_config.json adapter_model.safetensors value_head.safetensors", true)]
    [InlineData("adapter_config.json adapters.safetensors 0000100_adapters.safetensors", true)]
    [InlineData("pytorch_lora_weights.safetensors", true)]
    [InlineData("adapter_config.json adapter_model.safetensors model.safetensors config.json", false)]
    [InlineData("adapter_config.json adapter_model.safetensors model.safetensors.index.json", false)]
    [InlineData("adapter_config.json adapter_model.bin pytorch_model.bin config.json", false)]
    [InlineData("adapter_config.json model.safetensors", false)]
    [InlineData("checkpoint-5/adapter_model.safetensors", false)]
    public void A_folder_is_an_adapter_when_it_has_no_model_beside_it(string names, bool isAdapter) => Assert.Equal(isAdapter, Adapters.AreAdapter(names.Split(' ')));
}
