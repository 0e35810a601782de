"""Makes the models that published recipes name, without their weights: configs, headers of the tensors that transformers
builds of them, and tokenizers. The files are as long as real ones, and sparse.

models.py FOLDER   reads FOLDER/configs.json, FOLDER/models.tsv and FOLDER/tokenizers/NAME.json; writes FOLDER/models/CONFIG[.TOKENIZER]

Runs where torch and transformers 5 are; Program.cs drives it.
"""

import copy
import json
import os
import struct
import sys

import torch
import transformers as tf

WIDTHS = {"float32": ("F32", 4), "float16": ("F16", 2), "bfloat16": ("BF16", 2)}


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
    for names, name, tokenizer in rows:
        place = f"{folder}/models/{name}"
        os.makedirs(place, exist_ok=True)
        config = config_of(name, configs)
        with open(f"{place}/config.json", "w") as file:
            json.dump(config, file)
        write_weights(f"{place}/model.safetensors", tensors_of(config), config["torch_dtype"])
        if tokenizer:
            kind, *added = tokenizer.split(" ")
            with open(f"{folder}/tokenizers/{kind}.json") as file:
                text = json.load(file)
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
