"""Makes the models that published recipes name, without their weights: configs, headers of the tensors that transformers
builds of them, and tokenizers. The files are as long as real ones, and sparse.

models.py FOLDER   reads FOLDER/configs.json, FOLDER/models.tsv and FOLDER/tokenizers/NAME.json; writes FOLDER/models/CONFIG

tokenizers/tekken.json has the ranks of Mistral Nemo's vocabulary, of which its tokenizer.json is made as transformers makes it.

Runs where torch and transformers 5 are; Program.cs drives it.
"""

import base64
import copy
import json
import os
import struct
import sys

import torch
import transformers as tf

WIDTHS = {"float32": ("F32", 4), "float16": ("F16", 2), "bfloat16": ("BF16", 2)}


# those of mistral-common for the first version of this vocabulary; the other places are numbered
TEKKEN_MARKS = "<unk> <s> </s> [INST] [/INST] [AVAILABLE_TOOLS] [/AVAILABLE_TOOLS] [TOOL_RESULTS] [/TOOL_RESULTS] [TOOL_CALLS] [IMG] <pad> [IMG_BREAK] [IMG_END] [PREFIX] [MIDDLE] [SUFFIX] [SYSTEM_PROMPT] [/SYSTEM_PROMPT] [TOOL_CONTENT]".split(" ")


def halves_of(token, ranks):
    """The two parts of which a token is merged last."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        rank, place = min((ranks.get(parts[i] + parts[i + 1], len(ranks)), i) for i in range(len(parts) - 1))
        if rank >= ranks[token]:
            return None
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
    return parts


def tekken_of(ranked):
    """A tokenizer.json of ranks."""
    config, ranks = ranked["config"], {}
    for line in ranked["bpe_ranks"].split("\n"):
        _, first, *tokens = line.split(" ")
        ranks.update({base64.b64decode(token): int(first) + place for place, token in enumerate(tokens)})
    specials = config["default_num_special_tokens"]
    ranks = {token: rank for token, rank in ranks.items() if rank < config["default_vocab_size"] - specials}
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in plain} | {byte: chr(256 + place) for place, byte in enumerate(byte for byte in range(256) if byte not in plain)}
    spell = lambda token: "".join(letters[byte] for byte in token)
    marks = TEKKEN_MARKS + [f"<SPECIAL_{place}>" for place in range(len(TEKKEN_MARKS), specials)]
    merges = sorted((ranks[token], halves) for token in ranks if len(token) > 1 and (halves := halves_of(token, ranks)))
    return {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None, "post_processor": None,
        "added_tokens": [{"id": place, "content": mark, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for place, mark in enumerate(marks)],
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": config["pattern"]}, "behavior": "Isolated", "invert": False},
            {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}]},
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": True,
            "vocab": {**{mark: place for place, mark in enumerate(marks)}, **{spell(token): specials + rank for token, rank in ranks.items()}},
            "merges": [[spell(half) for half in halves] for _, halves in merges],
        },
    }


def config_of(name, configs):
    config = dict(configs[name])
    return {**config_of(config.pop("like"), configs), **config} if "like" in config else config


def tensors_of(config):
    """Names and shapes as save_pretrained stores them: without what is tied."""
    text = {key: value for key, value in config.items() if key != "torch_dtype"}
    with torch.device("meta"):
        model = getattr(tf, config["architectures"][0])(tf.AutoConfig.for_model(**text))
    kept = {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
    if config.get("tie_word_embeddings", config["model_type"] == "bert"):
        kept = {name: shape for name, shape in kept.items() if name not in (model._tied_weights_keys or {})}
    return kept


def write_weights(path, tensors, dtype):
    name_of_type, width = WIDTHS[dtype]
    header, end = {}, 0
    for name, shape in tensors.items():
        size = width
        for side in shape:
            size *= side
        header[name] = {"dtype": name_of_type, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + end)
        # heads are trained apart from embeddings
        for place in (value["data_offsets"][0] for name, value in header.items() if name.startswith(("lm_head.", "embed_out."))):
            file.seek(8 + len(text) + place)
            file.write(b"\x3c" * 64)


def main(folder):
    with open(f"{folder}/configs.json") as file:
        configs = json.load(file)
    with open(f"{folder}/models.tsv") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    known = {}
    for names, name, tokenizer in rows:
        place = f"{folder}/models/{name}"
        os.makedirs(place, exist_ok=True)
        config = config_of(name, configs)
        with open(f"{place}/config.json", "w") as file:
            json.dump(config, file)
        write_weights(f"{place}/model.safetensors", tensors_of(config), config["torch_dtype"])
        if tokenizer:
            kind, *added = tokenizer.split(" ")
            if kind not in known:
                with open(f"{folder}/tokenizers/{kind}.json") as file:
                    text = json.load(file)
                known[kind] = tekken_of(text) if kind == "tekken" else text
            text = copy.deepcopy(known[kind])
            if kind == "qwen":  # the vocabulary of Qwen3 is that of Qwen2.5 and four tokens more
                text["added_tokens"] = [token for token in text["added_tokens"] if token["id"] < 151665]
            last = max(token["id"] for token in text["added_tokens"] + [{"id": id} for id in text["model"]["vocab"].values()])
            for number, token in enumerate(added, last + 1):
                text["added_tokens"].append({**copy.copy(text["added_tokens"][-1]), "id": number, "content": token, "special": True, "normalized": False})
            with open(f"{place}/tokenizer.json", "w") as file:
                json.dump(text, file, ensure_ascii=False)
        print(name, len(names.split()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
