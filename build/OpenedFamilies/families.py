"""Makes tiny random models of many families with transformers, and opens what MergeOps makes of them.

families.py make FOLDER   writes models and recipes: FOLDER/NAME/{a,b,…} and FOLDER/NAME/recipe.yml
families.py open FOLDER   opens FOLDER/NAME/out, compares every tensor and the tokenizer, writes FOLDER/table.md

Runs where torch, transformers 5, tokenizers and safetensors are; Program.cs drives it. Exit code 1 when a row is not as it must be.
"""

import copy
import glob
import json
import os
import shutil
import sys

import safetensors
import safetensors.torch as st
import tokenizers
import torch
import transformers as tf
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

TEXTS = [
    "The quick brown fox jumps over the lazy dog.", "Merging models is arithmetic on weights.", "naïve café, 東京 and Straße",
    "def add(a, b):\n    return a + b", "1234567 + 89 = ?", "  two  spaces\tand a tab", "emoji 🙂 end", "UPPER lower MiXeD",
    "https://example.org/a?b=c&d=e", "", "a", "It's what's inside that counts, isn't it?",
] + [f"sentence number {i} about topic {i * 7 % 13} and {chr(97 + i % 26) * (i % 9)}" for i in range(38)]
SIZES = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, vocab_size=400, max_position_embeddings=64)
GROUPED = dict(SIZES, num_key_value_heads=2)
ENDS = dict(pad_token_id=0, bos_token_id=0, eos_token_id=0)


# --- tokenizers ---
def byte_level(extra=()):
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    special = ["<|end|>", *extra]
    t.train_from_iterator(TEXTS * 3, trainers.BpeTrainer(vocab_size=390, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tf.PreTrainedTokenizerFast(tokenizer_object=t, eos_token="<|end|>", pad_token="<|end|>")


def byte_fallback():
    t = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    special = ["<unk>", "<s>", "</s>", *[f"<0x{i:02X}>" for i in range(256)]]
    t.train_from_iterator([text.replace(" ", "▁") for text in TEXTS], trainers.BpeTrainer(vocab_size=390, special_tokens=special, show_progress=False))
    t.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    text = json.loads(t.to_str())
    for token in text["added_tokens"]:
        token["special"] = not token["content"].startswith("<0x")
    text["added_tokens"] = [token for token in text["added_tokens"] if token["special"]]
    return tf.PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(json.dumps(text)), bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="</s>")


def word_piece():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    t.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=390, special_tokens=special, show_progress=False))
    t.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    return tf.PreTrainedTokenizerFast(tokenizer_object=t, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")


def unigram():
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.NFKC()
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.decoder = decoders.Metaspace()
    t.train_from_iterator(TEXTS, trainers.UnigramTrainer(vocab_size=300, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False))
    return tf.PreTrainedTokenizerFast(tokenizer_object=t, unk_token="<unk>", pad_token="<pad>", eos_token="</s>")


# --- models ---
def save(model_class, config, tokenizer, folder, seed, dtype=torch.float32, **more):
    torch.manual_seed(seed)
    model = model_class(config)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    model.tie_weights()
    model.to(dtype).save_pretrained(folder, **more)
    if tokenizer is not None:
        tokenizer.save_pretrained(folder)
    return model


def pair(folder, model_class, config, tokenizer, **more):
    for name, seed in (("a", 1), ("b", 2)):
        save(model_class, config, tokenizer, f"{folder}/{name}", seed, **more)


LINEAR = "merge_method: linear\nmodels:\n  - { model: ./a, parameters: { weight: 0.5 } }\n  - { model: ./b, parameters: { weight: 0.5 } }\n"
CASES = {}


def case(name, kind, opened_by, arguments=""):
    def add(make):
        CASES[name] = (kind, opened_by, arguments, make)
        return make
    return add


def family(name, class_name, config_name, tokenizer, sizes, kind="a whole model", **more):
    @case(name, kind, class_name)
    def make(folder):
        pair(folder, getattr(tf, class_name), getattr(tf, config_name)(**{**sizes, **more}), tokenizer())
        return LINEAR


family("llama", "LlamaForCausalLM", "LlamaConfig", byte_level, GROUPED)
family("mistral", "MistralForCausalLM", "MistralConfig", byte_fallback, GROUPED)
family("qwen2", "Qwen2ForCausalLM", "Qwen2Config", byte_level, GROUPED)
family("qwen3", "Qwen3ForCausalLM", "Qwen3Config", byte_level, GROUPED, head_dim=8)
family("gemma", "GemmaForCausalLM", "GemmaConfig", byte_fallback, GROUPED, head_dim=8)
family("gemma3 (text)", "Gemma3ForCausalLM", "Gemma3TextConfig", byte_fallback, GROUPED, head_dim=8, sliding_window=16)
family("gemma2", "Gemma2ForCausalLM", "Gemma2Config", byte_fallback, GROUPED, head_dim=8, query_pre_attn_scalar=8, sliding_window=16)
family("phi", "PhiForCausalLM", "PhiConfig", byte_level, SIZES, bos_token_id=0, eos_token_id=0)
family("phi3", "Phi3ForCausalLM", "Phi3Config", byte_fallback, GROUPED, pad_token_id=0, bos_token_id=1, eos_token_id=2)
family("olmo2", "Olmo2ForCausalLM", "Olmo2Config", byte_level, GROUPED, pad_token_id=0, eos_token_id=0)
family("cohere", "CohereForCausalLM", "CohereConfig", byte_level, GROUPED, **ENDS)
family("glm4", "Glm4ForCausalLM", "Glm4Config", byte_level, GROUPED, head_dim=8, **ENDS)
family("granite", "GraniteForCausalLM", "GraniteConfig", byte_level, GROUPED, **ENDS)
family("stablelm", "StableLmForCausalLM", "StableLmConfig", byte_level, GROUPED, bos_token_id=0, eos_token_id=0)
family("starcoder2", "Starcoder2ForCausalLM", "Starcoder2Config", byte_level, GROUPED, bos_token_id=0, eos_token_id=0)
family("gpt_neox", "GPTNeoXForCausalLM", "GPTNeoXConfig", byte_level, SIZES, bos_token_id=0, eos_token_id=0)
family("falcon", "FalconForCausalLM", "FalconConfig", byte_level, SIZES, bos_token_id=0, eos_token_id=0)
family("bloom", "BloomForCausalLM", "BloomConfig", byte_level, dict(hidden_size=32, n_layer=2, n_head=4, vocab_size=400), **ENDS)
family("opt", "OPTForCausalLM", "OPTConfig", byte_level, {k: v for k, v in SIZES.items() if k != "intermediate_size"}, ffn_dim=48, word_embed_proj_dim=32, **ENDS)
family("mamba", "MambaForCausalLM", "MambaConfig", byte_level, dict(hidden_size=32, num_hidden_layers=2, vocab_size=400, state_size=8), **ENDS)
family("gpt2", "GPT2LMHeadModel", "GPT2Config", byte_level, dict(n_embd=32, n_layer=2, n_head=4, n_positions=64, vocab_size=400, bos_token_id=0, eos_token_id=0))
family("bert", "BertForMaskedLM", "BertConfig", word_piece, SIZES)
family("roberta", "RobertaForMaskedLM", "RobertaConfig", byte_level, SIZES, pad_token_id=0, bos_token_id=0, eos_token_id=0)
family("modernbert", "ModernBertForMaskedLM", "ModernBertConfig", byte_level, SIZES, pad_token_id=0, bos_token_id=0, eos_token_id=0, cls_token_id=0, sep_token_id=0)
family("t5", "T5ForConditionalGeneration", "T5Config", unigram, dict(d_model=32, d_kv=8, d_ff=48, num_layers=2, num_heads=4, vocab_size=400))
family("distilbert", "DistilBertForMaskedLM", "DistilBertConfig", word_piece, dict(dim=32, hidden_dim=48, n_layers=2, n_heads=4, vocab_size=400, max_position_embeddings=64))
family("whisper", "WhisperForConditionalGeneration", "WhisperConfig", lambda: None, dict(d_model=32, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=48, decoder_ffn_dim=48, vocab_size=400, num_mel_bins=16, max_source_positions=32, max_target_positions=32), decoder_start_token_id=0, **ENDS)
family("vit", "ViTForImageClassification", "ViTConfig", lambda: None, {k: v for k, v in SIZES.items() if k not in ("vocab_size", "max_position_embeddings")}, image_size=16, patch_size=8)


@case("llama, bfloat16", "a whole model", "LlamaForCausalLM")
def half(folder):
    pair(folder, tf.LlamaForCausalLM, tf.LlamaConfig(**GROUPED, dtype="bfloat16"), byte_level(), dtype=torch.bfloat16)
    return LINEAR


@case("llama, sharded", "shards with an index", "LlamaForCausalLM", "--shard-size 20KB")
def sharded(folder):
    pair(folder, tf.LlamaForCausalLM, tf.LlamaConfig(**GROUPED), byte_level(), max_shard_size="40KB")
    return LINEAR


@case("llama, layers put together", "slices of two models", "LlamaForCausalLM")
def slices(folder):
    pair(folder, tf.LlamaForCausalLM, tf.LlamaConfig(**GROUPED), byte_level())
    return "merge_method: passthrough\nslices:\n  - sources: [{ model: ./a, layer_range: [0, 2] }]\n  - sources: [{ model: ./b, layer_range: [0, 1] }]\n"


@case("llama, pytorch_model.bin", "inputs that PyTorch saved", "LlamaForCausalLM")
def pickled(folder):
    pair(folder, tf.LlamaForCausalLM, tf.LlamaConfig(**GROUPED), byte_level())
    for name in "ab":
        torch.save(st.load_file(f"{folder}/{name}/model.safetensors"), f"{folder}/{name}/pytorch_model.bin")
        os.remove(f"{folder}/{name}/model.safetensors")
    return LINEAR


@case("llama, union of two vocabularies", "another vocabulary", "LlamaForCausalLM")
def union(folder):
    for name, extra, seed in (("a", (), 1), ("b", (), 2)):
        tokenizer = byte_level(extra)
        if name == "b":
            tokenizer.add_tokens(["<|im_start|>", "<|im_end|>"], special_tokens=True)
        save(tf.LlamaForCausalLM, tf.LlamaConfig(**dict(GROUPED, vocab_size=len(tokenizer))), tokenizer, f"{folder}/{name}", seed)
    return LINEAR + "tokenizer: { source: union }\n"


@case("llama with an adapter", "LoRA applied", "LlamaForCausalLM")
def adapter(folder):
    pair(folder, tf.LlamaForCausalLM, tf.LlamaConfig(**GROUPED), byte_level())
    os.makedirs(f"{folder}/lora")
    torch.manual_seed(3)
    name = "base_model.model.model.layers.{}.self_attn.q_proj.lora_{}.weight"
    st.save_file({name.format(layer, half): torch.randn(*shape) for layer in (0, 1) for half, shape in (("A", (4, 32)), ("B", (32, 4)))}, f"{folder}/lora/adapter_model.safetensors")
    with open(f"{folder}/lora/adapter_config.json", "w") as settings:
        json.dump(dict(peft_type="LORA", r=4, lora_alpha=8, target_modules=["q_proj"], base_model_name_or_path="a", task_type="CAUSAL_LM"), settings)
    return LINEAR.replace("./a,", "./a+./lora,")


EXPERTS = dict(GROUPED, num_experts_per_tok=2)


@case("qwen3_moe with adapters", "LoRA applied to experts", "Qwen3MoeForCausalLM")
def adapted_experts(folder):
    pair(folder, tf.Qwen3MoeForCausalLM, tf.Qwen3MoeConfig(**EXPERTS, num_experts=4, moe_intermediate_size=24, head_dim=8), byte_level())
    torch.manual_seed(3)
    for name, settings, shapes in (
        ("one", dict(target_modules=["up_proj"]), {"3.up_proj.lora_A": (4, 32), "3.up_proj.lora_B": (24, 4)}),
        ("all", dict(target_modules=[], target_parameters=["mlp.experts.down_proj"]), {"lora_A": (16, 24), "lora_B": (32, 16)}),
    ):
        os.makedirs(f"{folder}/{name}")
        st.save_file({f"base_model.model.model.layers.1.mlp.experts.{factor}.weight": torch.randn(*shape) for factor, shape in shapes.items()}, f"{folder}/{name}/adapter_model.safetensors")
        write(f"{folder}/{name}/adapter_config.json", dict(peft_type="LORA", r=4, lora_alpha=8, base_model_name_or_path="a", task_type="CAUSAL_LM", **settings))
    return LINEAR.replace("./a,", "./a+./one+./all,")


def fuse(folder):
    """Stores the experts of each layer together, as the classes of transformers 5 hold them."""
    model = tf.AutoModelForCausalLM.from_pretrained(folder)
    st.save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, f"{folder}/model.safetensors", metadata={"format": "pt"})


def mixture(name, class_name, config_name, **more):
    for layout in ("separate", "fused"):
        @case(f"{name}, experts {layout}", f"a mixture of experts, {layout}", class_name)
        def make(folder, layout=layout):
            pair(folder, getattr(tf, class_name), getattr(tf, config_name)(**EXPERTS, **more), byte_level())
            # the other model has the other layout
            fuse(f"{folder}/{'a' if layout == 'fused' else 'b'}")
            return LINEAR


mixture("mixtral", "MixtralForCausalLM", "MixtralConfig", num_local_experts=4)
mixture("qwen2_moe", "Qwen2MoeForCausalLM", "Qwen2MoeConfig", num_experts=4, moe_intermediate_size=16, shared_expert_intermediate_size=16)
mixture("qwen3_moe", "Qwen3MoeForCausalLM", "Qwen3MoeConfig", num_experts=4, moe_intermediate_size=16, head_dim=8)


family("gpt_oss", "GptOssForCausalLM", "GptOssConfig", byte_level, EXPERTS, kind="a mixture of experts, fused", head_dim=8, num_local_experts=4, sliding_window=16, **ENDS)
family("deepseek_v3", "DeepseekV3ForCausalLM", "DeepseekV3Config", byte_level, dict(EXPERTS, num_key_value_heads=4), kind="a mixture of experts, separate", moe_intermediate_size=16, n_routed_experts=4, n_group=1, topk_group=1,
       first_k_dense_replace=1, q_lora_rank=16, kv_lora_rank=8, qk_rope_head_dim=4, qk_nope_head_dim=4, v_head_dim=8, **ENDS)

BUILT = "a mixture built of dense models"


def of_dense(name, class_name, config_name, mixture_class, tokenizer, gate, shared=False, **more):
    @case(name, BUILT, mixture_class)
    def make(folder):
        pair(folder, getattr(tf, class_name), getattr(tf, config_name)(**GROUPED, **more), tokenizer())
        save(getattr(tf, class_name), getattr(tf, config_name)(**GROUPED, **more), None, f"{folder}/c", 3)
        return (f"merge_method: moe\nbase_model: ./a\ngate_mode: {gate}\nexperts:\n"
                "  - { source_model: ./b, positive_prompts: ['add numbers', '1234'] }\n"
                "  - { source_model: ./c, positive_prompts: ['the lazy dog'], negative_prompts: ['emoji'] }\n"
                "  - { source_model: ./a, positive_prompts: ['café'] }\n" + ("shared_experts: [{ source_model: ./b }]\n" if shared else ""))


of_dense("mixtral of llama", "LlamaForCausalLM", "LlamaConfig", "MixtralForCausalLM", byte_level, "random")
of_dense("mixtral of mistral", "MistralForCausalLM", "MistralConfig", "MixtralForCausalLM", byte_fallback, "cheap_embed")
of_dense("qwen2_moe of llama", "LlamaForCausalLM", "LlamaConfig", "Qwen2MoeForCausalLM", byte_level, "uniform_random", shared=True)
of_dense("qwen2_moe of qwen2", "Qwen2ForCausalLM", "Qwen2Config", "Qwen2MoeForCausalLM", byte_level, "uniform_random", shared=True)
of_dense("qwen3_moe of qwen3", "Qwen3ForCausalLM", "Qwen3Config", "Qwen3MoeForCausalLM", byte_level, "random", head_dim=8)


@case("gemma3 (vision and language)", "the language model merged, the towers from one model", "Gemma3ForConditionalGeneration")
def multimodal(folder):
    text = dict(GROUPED, head_dim=8, sliding_window=16)
    vision = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, image_size=16, patch_size=8)
    pair(folder, tf.Gemma3ForConditionalGeneration, tf.Gemma3Config(text_config=text, vision_config=vision, mm_tokens_per_image=4, boi_token_index=390, eoi_token_index=391, image_token_index=392), byte_fallback())
    return ("merge_method: linear\nparameters: { weight: 0.5 }\nmodules:\n  text_decoder:\n    models: [{ model: ./a }, { model: ./b }]\n"
            "  vision_tower:\n    models: [{ model: ./b }]\n  multi_modal_projector:\n    models: [{ model: ./a }]\n")


@case("qwen2_vl (vision and language)", "a whole model", "Qwen2VLForConditionalGeneration")
def qwen_vl(folder):
    text = dict(GROUPED, rope_scaling={"type": "mrope", "mrope_section": [1, 1, 2]}, rope_theta=10000.0)
    vision = dict(depth=2, embed_dim=16, hidden_size=32, num_heads=2, mlp_ratio=2, patch_size=8)
    pair(folder, tf.Qwen2VLForConditionalGeneration, tf.Qwen2VLConfig(text_config=text, vision_config=vision), byte_level())
    return LINEAR


@case("bert with a dense module", "modules of sentence-transformers", "BertModel and torch.nn.Linear")
def dense(folder):
    pair(folder, tf.BertModel, tf.BertConfig(**SIZES), word_piece())
    for name, seed in (("a", 5), ("b", 6)):
        torch.manual_seed(seed)
        write(f"{folder}/{name}/modules.json", [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate((("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Dense", "Dense")))])
        write(f"{folder}/{name}/1_Pooling/config.json", {"word_embedding_dimension": 32, "pooling_mode_mean_tokens": True})
        write(f"{folder}/{name}/2_Dense/config.json", {"in_features": 32, "out_features": 16, "bias": True, "activation_function": "torch.nn.modules.linear.Identity"})
        st.save_file(torch.nn.Linear(32, 16).state_dict(), f"{folder}/{name}/2_Dense/model.safetensors")
    return LINEAR


@case("clip in a pipeline", "parts of a pipeline of diffusers", "CLIPTextModel")
def pipeline(folder):
    for name, seed in (("a", 1), ("b", 2)):
        part = f"{folder}/{name}"
        save(tf.CLIPTextModel, tf.CLIPTextConfig(**SIZES), None, f"{part}/text_encoder", seed)
        byte_level().save_pretrained(f"{part}/tokenizer")
        os.makedirs(f"{part}/unet")
        torch.manual_seed(seed)
        st.save_file({"conv_in.weight": torch.randn(4, 4, 3, 3)}, f"{part}/unet/diffusion_pytorch_model.safetensors")
        write(f"{part}/unet/config.json", {"_class_name": "UNet2DConditionModel"})
        write(f"{part}/model_index.json", {"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"], "text_encoder": ["transformers", "CLIPTextModel"], "tokenizer": ["transformers", "CLIPTokenizer"]})
    return LINEAR


def write(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump(value, file)


# --- opening ---
def stored(folder):
    return {name: tensor for file in sorted(glob.glob(f"{folder}/*.safetensors")) for name, tensor in st.load_file(file).items()}


def same(first, second):
    return first.dtype == second.dtype and first.shape == second.shape and torch.equal(first.view(torch.uint8), second.contiguous().view(torch.uint8)) if first.dim() else torch.equal(first, second)


def compare(model_class, folder):
    """Every stored tensor against the loaded model, by the name in its state or by the name under which the library saves it."""
    model, info = model_class.from_pretrained(folder, dtype="auto", output_loading_info=True)
    troubles = {key: sorted(value)[:3] for key, value in info.items() if value}
    assert not troubles, troubles
    tensors, state = stored(folder), model.state_dict()
    left = {name for name, tensor in tensors.items() if name not in state or not same(tensor, state[name])}
    if left:
        model.save_pretrained(f"{folder}.again")
        again = stored(f"{folder}.again")
        shutil.rmtree(f"{folder}.again")
        left = {name for name in left if name not in again or not same(tensors[name], again[name])}
    assert not left, f"{len(left)} tensors differ, {sorted(left)[:3]}"
    return len(tensors)


def compare_tokens(folder, origin, tokenizer_class=tf.AutoTokenizer):
    merged, own = tokenizer_class.from_pretrained(folder), tokenizer_class.from_pretrained(origin)
    for text in TEXTS:
        ids = merged(text)["input_ids"]
        assert merged.convert_ids_to_tokens(ids) == own.convert_ids_to_tokens(own(text)["input_ids"]), text
        assert merged.decode(ids) == own.decode(own(text)["input_ids"]), text
    return f"{len(TEXTS)} texts"


def compare_answers(model_class, folder):
    """The mixture's logits against those of the dense base whose MLPs are replaced by the routed sum of those of the experts."""
    tensors = stored(f"{folder}/out")
    base, first, second = (tf.AutoModelForCausalLM.from_pretrained(f"{folder}/{name}") for name in "abc")
    blocks = [(first.model.layers[i].mlp, second.model.layers[i].mlp, copy.deepcopy(layer.mlp)) for i, layer in enumerate(base.model.layers)]

    def routed(i):
        gate, shared = (next((tensor for name, tensor in tensors.items() if name.startswith(f"model.layers.{i}.") and name.endswith(end)), None) for end in (".gate.weight", "shared_expert_gate.weight"))

        def forward(x):
            shares, chosen = torch.softmax(x @ gate.T, dim=-1).topk(2, dim=-1)
            answers = torch.stack([block(x) for block in blocks[i]], dim=-2).gather(-2, chosen[..., None].expand(*chosen.shape, x.shape[-1]))
            mixed = (answers * (shares / shares.sum(-1, keepdim=True))[..., None]).sum(-2)
            return mixed if shared is None else mixed + torch.sigmoid(x @ shared.T) * blocks[i][0](x)

        return forward

    for i, layer in enumerate(base.model.layers):
        layer.mlp.forward = routed(i)
    tokens = torch.arange(5, 45)[None]
    with torch.no_grad():
        expected, found = base(tokens).logits, model_class.from_pretrained(f"{folder}/out")(tokens).logits
    assert torch.isfinite(found).all() and torch.allclose(expected, found, rtol=1e-4, atol=1e-4), (expected - found).abs().max()


def compare_router(folder):
    """A row for each expert: the sums of the embeddings of its prompts, with the length 1, less those against it."""
    tokenizer, embedding = tf.AutoTokenizer.from_pretrained(f"{folder}/a"), stored(f"{folder}/a")["model.embed_tokens.weight"].double()

    def direction(prompts):
        tokens = [token for prompt in prompts for token in tokenizer("<s>" + prompt, add_special_tokens=False)["input_ids"]]
        return torch.nn.functional.normalize(embedding[tokens].sum(0), dim=0)

    rows = [direction(["add numbers", "1234"]), torch.nn.functional.normalize(direction(["the lazy dog"]) - direction(["emoji"]), dim=0), direction(["café"])]
    for name, tensor in stored(f"{folder}/out").items():
        assert not name.endswith(".gate.weight") or torch.allclose(tensor.double(), torch.stack(rows), atol=1e-6), name


def open_case(name, folder):
    kind, opened_by, _, _ = CASES[name]
    out = f"{folder}/out"
    model_class = getattr(tf, opened_by.split(" ")[0])
    if name == "clip in a pipeline":
        count = compare(model_class, f"{out}/text_encoder")
        assert list(stored(f"{out}/unet")) == ["conv_in.weight"]
        texts = compare_tokens(f"{out}/tokenizer", f"{folder}/a/tokenizer")
        return count + 1, texts
    count = compare(model_class, out)
    if name == "bert with a dense module":
        linear = torch.nn.Linear(32, 16)
        linear.load_state_dict(st.load_file(f"{out}/2_Dense/model.safetensors"), strict=True)
        count += 2
    if kind == BUILT:
        compare_answers(model_class, folder)
    if name == "mixtral of mistral":
        compare_router(folder)
    has_tokenizer = os.path.exists(f"{out}/tokenizer.json")
    # for some dense families the library splits texts in a way of its own, whatever the file says
    tokenizer_class = tf.PreTrainedTokenizerFast if kind == BUILT else tf.AutoTokenizer
    texts = compare_tokens(out, f"{folder}/a", tokenizer_class) if has_tokenizer else "none"
    if name == "llama, union of two vocabularies":
        merged = tf.AutoTokenizer.from_pretrained(out)
        assert all(merged(token)["input_ids"] == [merged.convert_tokens_to_ids(token)] for token in ("<|im_start|>", "<|im_end|>"))
        compare_tokens(out, f"{folder}/b")
    return count, texts


def main(verb, folder):
    names = list(CASES)
    places = {name: f"{folder}/{index:02}" for index, name in enumerate(names)}
    tf.logging.set_verbosity_error()
    if verb == "make":
        lines = []
        for name, place in places.items():
            recipe = CASES[name][3](place)
            with open(f"{place}/recipe.yml", "w") as file:
                file.write(recipe)
            lines.append(f"{place}\t{CASES[name][2]}")
        # for the program that merges them: a folder, and what it adds to the command line
        with open(f"{folder}/cases.tsv", "w") as file:
            file.write("\n".join(lines) + "\n")
        return 0
    rows, failed = [], 0
    for name, place in places.items():
        kind, opened_by, _, _ = CASES[name]
        try:
            count, texts = open_case(name, place)
            rows.append(f"| {name} | {kind} | `{opened_by.replace(' and ', '`, `')}` | {count} equal | {texts} |")
        except Exception as error:  # the row says what is wrong, whatever it is
            failed += 1
            print(f"{name} ({place}): {type(error).__name__}: {error}", file=sys.stderr)
    versions = f"transformers {tf.__version__}, tokenizers {tokenizers.__version__}, torch {torch.__version__.split('+')[0]}, safetensors {safetensors.__version__}"
    with open(f"{folder}/table.md", "w") as file:
        file.write(f"Opened with {versions}.\n\n| family | output | opened as | tensors, bit for bit | tokenizer, encoding and decoding alike |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
