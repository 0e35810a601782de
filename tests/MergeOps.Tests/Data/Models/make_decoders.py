"""Small decoders of every family and rotary scaling, and what transformers computes with them: Decoders/*.json.

Run where torch, transformers and safetensors are: python3 make_decoders.py OUT. The weights are numbers made from each tensor's
name, so that the fixtures need none; ModelFixture.cs makes the same ones. Attention is computed eagerly, for the other
implementations leave out the cap of Gemma 2's scores.
"""
import glob
import json
import math
import os
import sys

import torch
import transformers
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

BASE = dict(
    vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
    max_position_embeddings=64, tie_word_embeddings=False, bos_token_id=1, eos_token_id=2, pad_token_id=0)


def c(**settings):
    return {**BASE, **settings}


CASES = {
 'llama': c(model_type='llama',architectures=['LlamaForCausalLM'],rope_theta=10000.0,rms_norm_eps=1e-5),
 'llama-biases': c(model_type='llama',architectures=['LlamaForCausalLM'],attention_bias=True,mlp_bias=True,head_dim=12,rope_theta=500000.0,hidden_act='gelu',tie_word_embeddings=True),
 'llama-linear': c(model_type='llama',architectures=['LlamaForCausalLM'],rope_scaling=dict(type='linear',factor=4.0)),
 'llama-dynamic': c(model_type='llama',architectures=['LlamaForCausalLM'],max_position_embeddings=16,rope_scaling=dict(rope_type='dynamic',factor=2.0)),
 'llama-llama3': c(model_type='llama',architectures=['LlamaForCausalLM'],rope_theta=500000.0,head_dim=16,rope_scaling=dict(rope_type='llama3',factor=8.0,low_freq_factor=1.0,high_freq_factor=4.0,original_max_position_embeddings=16)),
 'llama-yarn': c(model_type='llama',architectures=['LlamaForCausalLM'],head_dim=16,rope_parameters=dict(rope_type='yarn',rope_theta=10000.0,factor=4.0,original_max_position_embeddings=16)),
 'llama-yarn-magnitudes': c(model_type='llama',architectures=['LlamaForCausalLM'],head_dim=16,rope_parameters=dict(rope_type='yarn',rope_theta=50000.0,factor=4.0,original_max_position_embeddings=16,beta_fast=8,beta_slow=2,mscale=1.2,mscale_all_dim=0.6,truncate=False)),
 'llama-longrope': c(model_type='llama',architectures=['LlamaForCausalLM'],rope_scaling=dict(rope_type='longrope',factor=4.0,short_factor=[1.0,1.1,1.2,1.4],long_factor=[1.0,2.0,3.0,6.0],original_max_position_embeddings=16)),
 'mistral': c(model_type='mistral',architectures=['MistralForCausalLM'],head_dim=16,sliding_window=7,rope_theta=1000000.0,rms_norm_eps=1e-5),
 'qwen2': c(model_type='qwen2',architectures=['Qwen2ForCausalLM'],rope_theta=1000000.0,use_sliding_window=False,sliding_window=7,max_window_layers=1,tie_word_embeddings=True),
 'qwen2-windows': c(model_type='qwen2',architectures=['Qwen2ForCausalLM'],use_sliding_window=True,sliding_window=7,max_window_layers=1,rope_scaling=dict(type='yarn',factor=4.0,original_max_position_embeddings=16)),
 'qwen3': c(model_type='qwen3',architectures=['Qwen3ForCausalLM'],head_dim=16,rope_theta=1000000.0,tie_word_embeddings=True),
 'qwen3-layer-types': c(model_type='qwen3',architectures=['Qwen3ForCausalLM'],head_dim=16,attention_bias=True,use_sliding_window=True,sliding_window=5,layer_types=['sliding_attention','full_attention']),
 'gemma2': c(model_type='gemma2',architectures=['Gemma2ForCausalLM'],head_dim=16,hidden_activation='gelu_pytorch_tanh',query_pre_attn_scalar=24,sliding_window=7,attn_logit_softcapping=5.0,final_logit_softcapping=30.0,tie_word_embeddings=True),
 'gemma3': c(model_type='gemma3_text',architectures=['Gemma3ForCausalLM'],num_hidden_layers=6,head_dim=16,hidden_size=16,intermediate_size=24,query_pre_attn_scalar=24,sliding_window=7,sliding_window_pattern=3,rope_theta=1000000.0,rope_local_base_freq=10000.0,rope_scaling=dict(rope_type='linear',factor=8.0),tie_word_embeddings=True),
 'gemma3-parameters': c(model_type='gemma3_text',architectures=['Gemma3ForCausalLM'],head_dim=16,query_pre_attn_scalar=16,sliding_window=7,layer_types=['sliding_attention','full_attention'],rope_parameters=dict(full_attention=dict(rope_type='linear',factor=4.0,rope_theta=500000.0),sliding_attention=dict(rope_type='default',rope_theta=9000.0)),final_logit_softcapping=30.0,tie_word_embeddings=True),
 'phi3': c(model_type='phi3',architectures=['Phi3ForCausalLM'],original_max_position_embeddings=16,rope_scaling=dict(type='longrope',short_factor=[1.0,1.5],long_factor=[2.0,5.0]),partial_rotary_factor=0.5,sliding_window=9),
 'granite': c(model_type='granite',architectures=['GraniteForCausalLM'],attention_multiplier=0.2,embedding_multiplier=6.0,residual_multiplier=0.3,logits_scaling=4.0,tie_word_embeddings=True),
 'olmo2': c(model_type='olmo2',architectures=['Olmo2ForCausalLM'],rms_norm_eps=1e-6,rope_theta=500000.0),
 'smollm3': c(model_type='smollm3',architectures=['SmolLM3ForCausalLM'],no_rope_layer_interval=2,rope_theta=2000000.0,tie_word_embeddings=True),
 'mixtral': c(model_type='mixtral',architectures=['MixtralForCausalLM'],num_local_experts=4,num_experts_per_tok=2,intermediate_size=24),
 'qwen2-moe': c(model_type='qwen2_moe',architectures=['Qwen2MoeForCausalLM'],num_experts=4,num_experts_per_tok=2,moe_intermediate_size=12,shared_expert_intermediate_size=20,mlp_only_layers=[0],norm_topk_prob=False),
 'qwen3-moe': c(model_type='qwen3_moe',architectures=['Qwen3MoeForCausalLM'],num_experts=4,num_experts_per_tok=2,moe_intermediate_size=12,norm_topk_prob=True,head_dim=16),
}


def numbers(name, shape, adds_one):
    seed = 2166136261
    for byte in name.encode():
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    values = []
    for _ in range(math.prod(shape)):
        seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
        values.append((seed >> 8) / 16777216 * 2 - 1)
    values = torch.tensor(values, dtype=torch.float64).reshape(shape)
    if "norm" in name and len(shape) == 1:
        return 0.5 * values if adds_one else 1 + 0.5 * values
    if name.endswith(".bias"):
        return 0.5 * values
    return values if "embed_tokens" in name else values * (1.8 / math.sqrt(shape[-1]))


def load(folder):
    model, info = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32, output_loading_info=True)
    assert not info["unexpected_keys"] and all("lm_head" in key for key in info["missing_keys"]), info
    return model.eval()


def main(out):
    os.makedirs(out + "/Decoders", exist_ok=True)
    draw = torch.Generator().manual_seed(7)
    rows = [torch.randint(3, 64, (length,), generator=draw).tolist() for length in (40, 12)]
    for name, settings in CASES.items():
        folder = f"{out}/made/{name}"
        os.makedirs(folder, exist_ok=True)
        json.dump(settings, open(folder + "/config.json", "w"))
        AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder)).save_pretrained(folder + "/saved")
        shapes = {}
        for file in glob.glob(folder + "/saved/*.safetensors"):
            with safe_open(file, "pt") as stored:
                shapes.update({key: list(stored.get_slice(key).get_shape()) for key in stored.keys()})
        logits = {}
        for type_name in ("float32", "bfloat16"):
            of_type = f"{folder}/{type_name}"
            os.makedirs(of_type, exist_ok=True)
            json.dump(settings, open(of_type + "/config.json", "w"))
            weights = {key: numbers(key, shape, "gemma" in name).to(torch.float32).to(getattr(torch, type_name)) for key, shape in shapes.items()}
            save_file(weights, of_type + "/model.safetensors", metadata={"format": "pt"})
            with torch.no_grad():
                # a length that decides the rotation is that of one text, not of those beside it
                if "rope_scaling" in settings and settings["rope_scaling"].get("rope_type", settings["rope_scaling"].get("type")) in ("dynamic", "longrope"):
                    found = [load(of_type)(torch.tensor([row])).logits[0] for row in rows]
                else:
                    ids, mask = torch.zeros(2, 40, dtype=torch.long), torch.zeros(2, 40, dtype=torch.long)
                    for index, row in enumerate(rows):
                        ids[index, :len(row)], mask[index, :len(row)] = torch.tensor(row), 1
                    padded = load(of_type)(ids, attention_mask=mask).logits
                    found = [padded[index, :len(row)] for index, row in enumerate(rows)]
            kept = [[0, 8, 39], [11]] if type_name == "float32" else [[39], [11]]
            logits[type_name] = [{str(at): [float("%.6g" % value) for value in found[index][at].tolist()] for at in kept[index]} for index in range(2)]
        greedy = []
        for row in (rows[0][:18], rows[1][:5]):
            written = load(folder + "/float32").generate(
                torch.tensor([row]), attention_mask=torch.ones(1, len(row), dtype=torch.long), max_new_tokens=12, do_sample=False, eos_token_id=None, pad_token_id=0)
            greedy.append(written[0][len(row):].tolist())
        json.dump(
            dict(transformers=transformers.__version__, config=settings, tensors=dict(sorted(shapes.items())), rows=rows, logits=logits, greedy=greedy),
            open(f"{out}/Decoders/{name}.json", "w"), separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1])
