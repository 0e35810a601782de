"""Writes the adapters of this folder and what PEFT makes of them.

Made with PEFT 0.20.1.dev0 (huggingface/peft at 5d602fdbff04c33c1c4de55cda9d4ae1d7cb7e40), transformers 5.12.1 and torch
2.14.1. Each case is an adapter that PEFT saved, and in expected.safetensors the tensors that differ from the base after
PeftModel.from_pretrained(BASE, ADAPTER).merge_and_unload(). The cases of kohya and diffusers follow the formulas of
sd-scripts' networks/merge_lora.py.

    PYTHONPATH=PEFT/src python3 make_adapters.py FOLDER
"""
import json, os, sys
import torch
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertModel, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM
from peft import LoraConfig, PeftModel, get_peft_model

out = sys.argv[1]
torch.manual_seed(11)


def noise(parameter, size=0.4):
    parameter.data = torch.randn(parameter.shape) * size


def save_base(name, model):
    folder = os.path.join(out, "bases", name)
    for parameter in model.parameters():
        noise(parameter)
    if hasattr(model, "tie_weights"):
        model.tie_weights()
    if hasattr(model, "config"):
        model.save_pretrained(folder)
        for extra in ("generation_config.json",):
            if os.path.exists(os.path.join(folder, extra)):
                os.remove(os.path.join(folder, extra))
    else:
        os.makedirs(folder, exist_ok=True)
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, os.path.join(folder, "model.safetensors"), {"format": "pt"})
    return folder


def llama(tied=False):
    return LlamaForCausalLM(LlamaConfig(hidden_size=8, intermediate_size=20, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, vocab_size=18, tie_word_embeddings=tied, max_position_embeddings=16))


def gpt2():
    return GPT2LMHeadModel(GPT2Config(n_embd=8, n_layer=2, n_head=2, vocab_size=14, n_positions=6))


def bert():
    return BertModel(BertConfig(hidden_size=8, intermediate_size=12, num_hidden_layers=1, num_attention_heads=2, vocab_size=14, max_position_embeddings=6, type_vocab_size=2))


class Convs(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_in = torch.nn.Conv2d(3, 5, 3, padding=1)
        self.block = torch.nn.ModuleDict({"proj_in": torch.nn.Conv2d(5, 7, 1), "to_q": torch.nn.Linear(7, 5)})

    def forward(self, x):
        return self.block["proj_in"](self.conv_in(x))


makers = {"llama": llama, "llama_tied": lambda: llama(True), "gpt2": gpt2, "bert": bert, "convs": Convs}
bases = {name: save_base(name, make()) for name, make in makers.items()}


def fresh(name):
    if name == "convs":
        model = Convs()
        model.load_state_dict(load_file(os.path.join(bases[name], "model.safetensors")))
        return model
    return type(makers[name]()).from_pretrained(bases[name])


def case(name, base, config, more=None):
    folder = os.path.join(out, name)
    model = get_peft_model(fresh(base), config)
    for key, parameter in model.named_parameters():
        if parameter.requires_grad:
            if "magnitude" in key:
                parameter.data = parameter.data * (1 + 0.3 * torch.rand(parameter.shape))
            else:
                noise(parameter)
    model.save_pretrained(folder)
    os.remove(os.path.join(folder, "README.md")) if os.path.exists(os.path.join(folder, "README.md")) else None
    settings = os.path.join(folder, "adapter_config.json")
    text = json.load(open(settings))
    text["base_model_name_or_path"] = f"acme/{base}"
    json.dump(text, open(settings, "w"), indent=2, sort_keys=True)
    merged = PeftModel.from_pretrained(fresh(base), folder).merge_and_unload()
    return write(name, base, merged)


def write(name, base, merged):
    before = load_file(os.path.join(bases[base], "model.safetensors"))
    after = merged.state_dict()
    prefix = getattr(merged, "base_model_prefix", "")
    changed = {}
    for key, value in after.items():
        stored = key if key in before else key.removeprefix(prefix + ".") if key.removeprefix(prefix + ".") in before else key
        if stored not in before and (stored == "lm_head.weight" and torch.equal(value, merged.get_input_embeddings().weight)):
            continue
        if stored not in before or not torch.equal(before[stored], value):
            changed[stored] = value.detach().clone().contiguous()
    save_file(changed, os.path.join(out, name, "expected.safetensors"))
    print(name, sorted(changed))
    return merged


case("plain", "llama", LoraConfig(r=3, lora_alpha=5, target_modules=["q_proj", "v_proj", "down_proj"]))
case("rank_stabilized", "llama", LoraConfig(r=4, lora_alpha=6, use_rslora=True, target_modules=["k_proj", "up_proj"]))
case("patterns", "llama", LoraConfig(r=2, lora_alpha=4, target_modules=["q_proj", "o_proj", "gate_proj"],
     rank_pattern={"layers.1.self_attn.q_proj": 5, "o_proj": 3}, alpha_pattern={r".*\.0\.mlp\.gate_proj": 9, "^model.layers.1.self_attn.(q|o)_proj": 7}))
case("dora", "llama", LoraConfig(r=3, lora_alpha=4, use_dora=True, target_modules=["q_proj", "k_proj", "down_proj"]))
case("embeddings", "llama", LoraConfig(r=3, lora_alpha=4, target_modules=["embed_tokens", "q_proj"], modules_to_save=["lm_head", "norm"]))
case("embeddings_dora", "llama", LoraConfig(r=3, lora_alpha=4, use_dora=True, target_modules=["embed_tokens"]))
case("tied_both", "llama_tied", LoraConfig(r=2, lora_alpha=2, target_modules=["v_proj"], modules_to_save=["lm_head", "embed_tokens"]))
case("turned", "gpt2", LoraConfig(r=3, lora_alpha=4, fan_in_fan_out=True, target_modules=["c_attn", "c_proj", "c_fc"]))
case("turned_dora", "gpt2", LoraConfig(r=3, lora_alpha=4, fan_in_fan_out=True, use_dora=True, target_modules=["c_attn", "c_proj"]))
case("biases", "bert", LoraConfig(r=2, lora_alpha=4, bias="all", target_modules=["query", "dense"]))
case("own_biases", "bert", LoraConfig(r=2, lora_alpha=4, bias="lora_only", target_modules=["query", "dense"]))
case("convolutions", "convs", LoraConfig(r=3, lora_alpha=4, target_modules=["conv_in", "proj_in", "to_q"]))
case("convolutions_dora", "convs", LoraConfig(r=3, lora_alpha=4, use_dora=True, target_modules=["conv_in", "proj_in", "to_q"]))
case("layers", "llama", LoraConfig(r=2, lora_alpha=4, target_modules=["q_proj"], layers_to_transform=[1], layers_pattern="layers"))
case("second", "llama", LoraConfig(r=2, lora_alpha=3, use_dora=True, target_modules=["q_proj", "up_proj"]))

# one on top of the other
model = PeftModel.from_pretrained(fresh("llama"), os.path.join(out, "plain")).merge_and_unload()
model = PeftModel.from_pretrained(model, os.path.join(out, "second")).merge_and_unload()
os.makedirs(os.path.join(out, "stacked"), exist_ok=True)
write("stacked", "llama", model)


# diffusion models: formulas of sd-scripts
network = {
    "down_blocks.0.attentions.0.proj_in.weight": torch.randn(6, 4, 1, 1), "down_blocks.0.resnets.0.conv1.weight": torch.randn(6, 4, 3, 3),
    "mid_block.attentions.0.to_out.0.weight": torch.randn(5, 6), "mid_block.attentions.0.to_q.weight": torch.randn(6, 6), "conv_out.bias": torch.randn(4),
}
os.makedirs(os.path.join(out, "bases", "network"), exist_ok=True)
save_file(network, os.path.join(out, "bases", "network", "diffusion_pytorch_model.safetensors"), {"format": "pt"})
modules = [name.removesuffix(".weight") for name in network if name.endswith(".weight")]
factors, expected = {}, {}
for index, module in enumerate(modules):
    weight = network[module + ".weight"]
    rank, alpha = 2 + index % 2, 3.0
    down, up = torch.randn(rank, *weight.shape[1:]), torch.randn(weight.shape[0], rank, *([1] * (weight.dim() - 2)))
    factors[module] = (down, up, alpha)
    scale = alpha / rank
    if weight.dim() == 2:
        change = up @ down
    elif weight.shape[2:] == (1, 1):
        change = (up.squeeze(3).squeeze(2) @ down.squeeze(3).squeeze(2)).unsqueeze(2).unsqueeze(3)
    else:
        change = torch.nn.functional.conv2d(down.permute(1, 0, 2, 3), up).permute(1, 0, 2, 3)
    expected[module + ".weight"] = weight + scale * change
os.makedirs(os.path.join(out, "diffusion"), exist_ok=True)
save_file({k: v.contiguous() for k, v in expected.items()}, os.path.join(out, "diffusion", "expected.safetensors"))
kohya = {}
for module, (down, up, alpha) in factors.items():
    stem = "lora_unet_" + module.replace(".", "_")
    kohya.update({stem + ".lora_down.weight": down, stem + ".lora_up.weight": up, stem + ".alpha": torch.tensor(alpha)})
save_file(kohya, os.path.join(out, "diffusion", "kohya.safetensors"), {"ss_network_dim": "2"})
other = {"lora_te_text_model_encoder_layers_0_mlp_fc1" + ending: tensor for ending, tensor in ((".lora_down.weight", torch.randn(2, 8)), (".lora_up.weight", torch.randn(8, 2)), (".alpha", torch.tensor(1.0)))}
save_file({**kohya, **other}, os.path.join(out, "diffusion", "kohya_both.safetensors"), {"ss_network_dim": "2"})
named = {}
for module, (down, up, alpha) in factors.items():
    named.update({f"unet.{module}.lora.down.weight": down, f"unet.{module}.lora.up.weight": up, f"unet.{module}.alpha": torch.tensor(alpha)})
save_file(named, os.path.join(out, "diffusion", "diffusers.safetensors"))
of_peft = {}
for module, (down, up, alpha) in factors.items():
    of_peft.update({f"unet.{module}.lora_A.weight": down, f"unet.{module}.lora_B.weight": up})
settings = {"unet.r": 2, "unet.lora_alpha": 3, "unet.rank_pattern": {module: down.shape[0] for module, (down, _, _) in factors.items()}, "unet.target_modules": modules, "unet.peft_type": "LORA", "unet.use_dora": False}
save_file(of_peft, os.path.join(out, "diffusion", "metadata.safetensors"), {"format": "pt", "lora_adapter_metadata": json.dumps(settings)})
single = {"model.diffusion_model." + name: tensor for name, tensor in network.items()}
os.makedirs(os.path.join(out, "bases", "single"), exist_ok=True)
save_file(single, os.path.join(out, "bases", "single", "model.safetensors"))

# plain once more, as PEFT wrote adapters before safetensors
os.makedirs(os.path.join(out, "pickled"), exist_ok=True)
torch.save(load_file(os.path.join(out, "plain", "adapter_model.safetensors")), os.path.join(out, "pickled", "adapter_model.bin"))
