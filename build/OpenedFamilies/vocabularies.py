"""Merges of models with other vocabularies, as transformers, tokenizers and llama.cpp see them.

vocabularies.py make FOLDER   writes a small Llama with the vocabulary of FOLDER/tokenizer.json (that of Llama 3), a fine-tune of it with two
                              tokens appended and one with a renamed slot, and a recipe for each tokenizer_source
vocabularies.py open FOLDER   opens FOLDER/NAME/out: 500 texts are encoded alike, greedy answers are the same, the end token stops;
                              writes FOLDER/merged-vocabularies.json and FOLDER/table.md

The weights are numbers made from the names of the tensors, and heads by which one token follows another. Exit code 1 when something is not as it must be.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request

import numpy as np
import safetensors.torch as st
import tokenizers
import torch
import transformers as tf
from tokenizers import AddedToken, Tokenizer

CONVERTER = "/usr/share/doc/llama.cpp-tools/scripts/convert_hf_to_gguf.py"
PORT = 8089
WIDTH, ROWS = 32, 128256
ENDS = [128001, 128257]
RECIPES = {"base": "base", "union": "union", "chat": "./chat"}
# what each model has learned: the tokens that follow each other
CHAINS = {
    "base": [" sky", " is", " blue", " like", " the", " sea", "<|end_of_text|>"],
    "chat": ["\n", "Red", " rose", "<|im_end|>", "<|end_of_text|>"],
    "note": ["<|note|>", "Green", " grass", "<|end_of_text|>"],
}
PROMPTS = {
    "base": ["<|begin_of_text|>The sky"],
    "union": ["<|begin_of_text|>The sky", "<|begin_of_text|><|im_start|>user\nWhat?<|im_end|>\n<|im_start|>assistant\n", "<|begin_of_text|><|note|>"],
    "chat": ["<|begin_of_text|><|im_start|>user\nWhat?<|im_end|>\n<|im_start|>assistant\n"],
}


def texts():
    words = ["merge", "naïve café", "東京都", "Straße", "🙂🙃", "Привет", "مرحبا", "don't", "I'LL", "x=1_000;", "e\u0301", "\u200bzero", "½", "don’t", "ﬁne", "नमस्ते"]
    special = ["<|begin_of_text|>", "<|end_of_text|>", "<|im_start|>", "<|im_end|>", "<|note|>", "<|reserved_special_token_0|>", "<|reserved_special_token_7|>"]
    made = ["", " ", "  ", "\n", "\t\t", "a", "1234567890", "https://example.org/a?b=c&d=e#f", "def add(a, b):\n    return a + b\n", "line\r\nline", "   lead", "trail   ", "MiXeD CaSe"]
    for i in range(500 - len(made)):
        a, b, c = words[i % 16], words[(i * 7 + 3) % 16], words[(i * 11 + 5) % 16]
        made.append([
            f"{a} {i} {b}{c}", f"{a}{' ' * (i % 6)}{b}\n{'  ' * (i % 4)}{c}{i}.", f"{special[i // 7 % 7]}{a}{i}", f"{a}{special[(i // 7 + 2) % 7]}{special[i // 49 % 7]} {i}",
            f"{i * 7919} + {i}={i * 7920}, {b}!?", f"{a.upper()}-{b.title()}/{i}...", f"<|im_start|>user\n{a} {b} {i}?<|im_end|>\n<|im_start|>assistant\n",
        ][i % 7])
    return made


# --- models ---
def numbers(name, shape, scale):
    """Numbers in [-scale, scale), each from the name and its place alone; exact in float32 where scale is a power of two."""
    seed = 2166136261
    for value in name.encode():
        seed = (seed ^ value) * 16777619 % 2**32
    x = np.arange(int(np.prod(shape)), dtype=np.uint32) + np.uint32(seed)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    x ^= x >> np.uint32(16)
    return torch.from_numpy(((x >> np.uint32(8)).astype(np.float32) / np.float32(2**23) - np.float32(1)) * np.float32(scale)).reshape(shape)


def weights(tokenizer, name):
    shapes = {f"model.layers.0.{part}.weight": shape for part, shape in (
        ("self_attn.q_proj", (32, 32)), ("self_attn.k_proj", (16, 32)), ("self_attn.v_proj", (16, 32)), ("self_attn.o_proj", (32, 32)),
        ("mlp.gate_proj", (64, 32)), ("mlp.up_proj", (64, 32)), ("mlp.down_proj", (32, 64)))}
    made = {tensor: numbers(tensor, shape, 0.125) + (0 if name == "base" else numbers(f"{name} {tensor}", shape, 0.0078125)) for tensor, shape in shapes.items()}
    made |= {tensor: torch.ones(WIDTH) for tensor in ("model.norm.weight", "model.layers.0.input_layernorm.weight", "model.layers.0.post_attention_layernorm.weight")}
    rows = 128258 if name == "chat" else ROWS
    made["model.embed_tokens.weight"] = embedding = numbers("embedding", (rows, WIDTH), 1)
    made["lm_head.weight"] = head = numbers("head", (rows, WIDTH), 0.125)
    for chain in dict.fromkeys(("base", name)):
        ids = [tokenizer.convert_tokens_to_ids(tokenizer.tokenize(token)[0]) for token in CHAINS[chain]]
        for one, next_one in zip(ids, ids[1:]):
            head[next_one] += embedding[one]
    return made


def make(folder):
    config = dict(hidden_size=WIDTH, intermediate_size=64, num_hidden_layers=1, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=256,
                  rope_theta=500000.0, rms_norm_eps=1e-5, bos_token_id=128000, tie_word_embeddings=False, dtype="float32")
    for recipe, source in RECIPES.items():
        place = f"{folder}/{recipe}"
        os.makedirs(place)
        base = tf.PreTrainedTokenizerFast(tokenizer_file=f"{folder}/tokenizer.json", bos_token="<|begin_of_text|>", eos_token="<|end_of_text|>")
        base.save_pretrained(f"{place}/base")
        chat = tf.PreTrainedTokenizerFast.from_pretrained(f"{place}/base")
        chat.add_tokens([AddedToken(token, special=True, normalized=False) for token in ("<|im_start|>", "<|im_end|>")], special_tokens=True)
        chat.eos_token = "<|im_end|>"
        chat.save_pretrained(f"{place}/chat")
        os.makedirs(f"{place}/note")
        for name in ("tokenizer.json", "tokenizer_config.json"):
            with open(f"{place}/base/{name}") as file, open(f"{place}/note/{name}", "w") as renamed:
                renamed.write(file.read().replace("<|reserved_special_token_0|>", "<|note|>"))
        note = tf.PreTrainedTokenizerFast.from_pretrained(f"{place}/note")
        for name, tokenizer in (("base", base), ("chat", chat), ("note", note)):
            end = 128257 if name == "chat" else 128001
            tf.LlamaConfig(**config, vocab_size=len(tokenizer), eos_token_id=end, architectures=["LlamaForCausalLM"]).save_pretrained(f"{place}/{name}")
            tf.GenerationConfig(bos_token_id=128000, eos_token_id=end).save_pretrained(f"{place}/{name}")
            st.save_file(weights(tokenizer, name), f"{place}/{name}/model.safetensors", metadata={"format": "pt"})
        with open(f"{place}/recipe.yml", "w") as file:
            file.write("merge_method: task_arithmetic\nbase_model: ./base\nmodels:\n  - { model: ./chat, parameters: { weight: 1 } }\n"
                       f"  - {{ model: ./note, parameters: {{ weight: 1 }} }}\ntokenizer_source: {source}\n")
    with open(f"{folder}/cases.tsv", "w") as file:
        file.writelines(f"{folder}/{recipe}\t\n" for recipe in RECIPES)
    return 0


# --- opening ---
def post(path, value):
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", json.dumps(value).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        return json.load(answer)


def serve(file):
    server = subprocess.Popen(["llama-server", "-m", file, "--port", str(PORT), "--host", "127.0.0.1", "-ctk", "f32", "-ctv", "f32", "-fa", "off", "--no-warmup", "-np", "1", "-c", "256", "-t", "2", "--no-webui"],
                              stdout=subprocess.DEVNULL, stderr=open(f"{file}.log", "w"))
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=5):
                return server
        except OSError:
            assert server.poll() is None, f"llama-server ended, see {file}.log"
            time.sleep(0.2)
    raise TimeoutError(file)


def open_merge(place, name, written, encodings):
    out, file = f"{place}/out", f"{place}/merged.gguf"
    subprocess.run([sys.executable, CONVERTER, out, "--outtype", "f32", "--outfile", file], check=True, stdout=subprocess.DEVNULL, stderr=open(f"{file}.converted.log", "w"))
    model, tokenizer = tf.AutoModelForCausalLM.from_pretrained(out), tf.PreTrainedTokenizerFast.from_pretrained(out)
    plain = Tokenizer.from_file(f"{out}/tokenizer.json")
    server = serve(file)
    try:
        for text, ids in encodings.items():
            own, other = tokenizer(text)["input_ids"], post("/tokenize", {"content": text, "add_special": True, "parse_special": True})["tokens"]
            assert own == other == plain.encode(text).ids, f"{name}: {text!r}: {own} {other}"
            ids[name] = " ".join(map(str, own))
        answers = []
        for prompt in PROMPTS[name]:
            ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
            made = model.generate(torch.tensor([ids]), do_sample=False, max_new_tokens=16)[0, len(ids):].tolist()
            other = post("/completion", {"prompt": ids, "n_predict": 16, "temperature": 0, "return_tokens": True, "cache_prompt": False})
            # llama.cpp also stops at tokens that some model ends with, by their names
            ends = [made.index(end) + 1 for end in ENDS if end in made]
            assert made[:min(ends)] == other["tokens"] and other["stop_type"] == "eos", f"{name}: {prompt!r}: {made} {other['tokens']} {other['stop_type']}"
            assert made[-1] == model.generation_config.eos_token_id, f"{name}: {prompt!r}: {made}"
            logits = model(torch.tensor([ids + made[:-1]])).logits[0, len(ids) - 1:].detach().topk(2).values
            answers.append({"prompt": prompt, "ids": made, "text": tokenizer.decode(made[:-1]), "margin": round((logits[:, 0] - logits[:, 1]).min().item(), 1)})
    finally:
        server.terminate()
        server.wait()
    written[name] = {"rows": len(model.get_input_embeddings().weight), "tokens": len(tokenizer), "eos_token_id": model.generation_config.eos_token_id, "answers": answers}


def main(verb, folder):
    tf.logging.set_verbosity_error()
    if verb == "make":
        return make(folder)
    versions = {"transformers": tf.__version__, "tokenizers": tokenizers.__version__, "llama.cpp": subprocess.run(["llama-server", "--version"], capture_output=True, text=True).stderr.split("version: ")[1].split(" ")[0]}
    merges, encodings = {}, {text: {} for text in texts()}
    assert len(encodings) == 500, len(encodings)
    for name in RECIPES:
        open_merge(f"{folder}/{name}", name, merges, encodings)
    rows = [f"| `{RECIPES[name]}` | {merge['rows']:,} | {len(encodings)} alike | {'; '.join(f'`{answer['text']!r}`' for answer in merge['answers'])} | {merge['eos_token_id']} |" for name, merge in merges.items()]
    with open(f"{folder}/table.md", "w") as file:
        file.write(f"Opened with {', '.join(f'{library} {version}' for library, version in versions.items())}.\n\n"
                   "| `tokenizer_source` | rows | texts, encoded | greedy answers, alike | stops at |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n")
    for ids in encodings.values():
        for name in list(ids)[1:]:
            if ids[name] == ids["base"]:
                del ids[name]
    with open(f"{folder}/merged-vocabularies.json", "w") as file:
        json.dump({"versions": versions, "merges": merges, "encodings": encodings}, file, ensure_ascii=False, indent=0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
