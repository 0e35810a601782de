"""Statistics of small models as torch computes them: decoders.json and encoders.json.

Run where torch, transformers and safetensors are, with the folders Models and Encoders beside this one: python3 make_statistics.py OUT.
The models are those of make_decoders.py and make_encoders.py. Gradients are torch's own, one example at a time, in float64 as far
as transformers lets them be. Of each tensor the norm, the sum and some elements are kept.
"""
import glob
import json
import os
import sys

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "Models"))
from make_decoders import CASES, numbers  # noqa: E402

DECODERS = ["llama", "llama-biases", "gemma2", "granite", "olmo2", "phi3", "qwen3-moe"]
ENCODERS = ["bert", "distilbert", "modernbert", "mpnet"]
# where the second row's prompt ends: what stands behind it is predicted
FIRST = [1, 5]
LABELS = [[7], [11, 4], [30]]
KEPT = 9


def kept(values):
    flat = values.reshape(-1)
    places = sorted({round(i * (flat.numel() - 1) / (KEPT - 1)) for i in range(KEPT)})
    short = lambda value: float("%.8g" % value.item())
    return dict(norm=short(flat.norm()), sum=short(flat.sum()), elements={str(place): short(flat[place]) for place in places})


def named(model):
    """Parameters by the names of the checkpoint, each a function of the parameters' gradients."""
    found = {}
    tied = model.config.tie_word_embeddings
    for name, parameter in model.named_parameters():
        if name == "lm_head.weight" and tied:
            continue
        if name.endswith("mlp.experts.gate_up_proj"):
            half = parameter.shape[1] // 2
            for expert in range(parameter.shape[0]):
                prefix = name[: -len("gate_up_proj")] + f"{expert}."
                found[prefix + "gate_proj.weight"] = lambda p=parameter, e=expert, h=half: p.grad[e, :h]
                found[prefix + "up_proj.weight"] = lambda p=parameter, e=expert, h=half: p.grad[e, h:]
        elif name.endswith("mlp.experts.down_proj"):
            for expert in range(parameter.shape[0]):
                found[name[: -len("down_proj")] + f"{expert}.down_proj.weight"] = lambda p=parameter, e=expert: p.grad[e]
        else:
            found[name] = lambda p=parameter: p.grad
    return found


def likelihood(model, row, first):
    logits = model(torch.tensor([row[:-1]])).logits[0].double()
    return sum(logits[at - 1].log_softmax(-1)[row[at]] for at in range(first, len(row)))


def gradients(model, value):
    model.zero_grad(set_to_none=True)
    value.backward()
    return {name: (grad().detach().double().clone() if grad() is not None else None) for name, grad in named(model).items()}


def inputs(model, rows):
    """Means over all tokens of x xT and of |x|, where x goes into a linear layer."""
    seen = {}
    hooks = [module.register_forward_hook(lambda module, taken, output, key=key: seen.setdefault(key, []).append(taken[0].detach().double().reshape(-1, taken[0].shape[-1])))
             for key, module in model.named_modules() if isinstance(module, torch.nn.Linear)]
    with torch.no_grad():
        for row in rows:
            model(torch.tensor([row]))
    for hook in hooks:
        hook.remove()
    all_of = {key + ".weight": torch.cat(taken) for key, taken in seen.items()}
    return dict(
        gram={key: kept(x.T @ x / x.shape[0]) for key, x in all_of.items()},
        activation={key: kept(x.abs().mean(0)) for key, x in all_of.items()},
        tokens=max(x.shape[0] for x in all_of.values()))


def encoder(name):
    folder = os.path.join(HERE, "..", "Encoders", name)
    model = AutoModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).double().eval()
    return inputs(model, json.load(open(folder + "/expected.json"))["ids"])


def decoder(name, rows, made):
    settings, folder = CASES[name], f"{made}/{name}"
    os.makedirs(folder, exist_ok=True)
    json.dump(settings, open(folder + "/config.json", "w"))
    AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder)).save_pretrained(folder + "/saved")
    shapes = {}
    for file in glob.glob(folder + "/saved/*.safetensors"):
        with safe_open(file, "pt") as stored:
            shapes.update({key: list(stored.get_slice(key).get_shape()) for key in stored.keys()})
    save_file({key: numbers(key, shape, "gemma" in name).to(torch.float32) for key, shape in shapes.items()}, folder + "/model.safetensors", metadata={"format": "pt"})
    model = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager", experts_implementation="eager", dtype=torch.float32).double().eval()
    found = dict(fisher={}, gradient={}, exact={}, gram={}, activation={}, tokens=0)
    each = [gradients(model, likelihood(model, row, first)) for row, first in zip(rows, FIRST)]
    for key in each[0]:
        of = [values[key] for values in each]
        shape = next(value for value in of if value is not None)
        of = [torch.zeros_like(shape) if value is None else value for value in of]
        found["fisher"][key] = kept(sum(value ** 2 for value in of) / len(of))
        found["gradient"][key] = kept(-sum(of) / len(of))

    # the labels of one prompt, as classes of their own
    prompts = [rows[0][:20], rows[1][:6]]
    total = {}
    for prompt in prompts:
        values = [likelihood(model, prompt + label, len(prompt)) for label in LABELS]
        for label in range(len(LABELS)):
            chances = torch.stack([v.detach() for v in values]).softmax(-1)
            again = torch.stack([likelihood(model, prompt + other, len(prompt)) for other in LABELS]).log_softmax(-1)[label]
            for key, gradient in gradients(model, again).items():
                if gradient is not None:
                    total[key] = total.get(key, 0) + chances[label] * gradient ** 2 / len(prompts)
    found["exact"] = {key: kept(value) for key, value in total.items()}

    found.update(inputs(model, rows))
    states = []
    with torch.no_grad():
        for row in rows:
            states.append(torch.stack([s[0] for s in model(torch.tensor([row]), output_hidden_states=True).hidden_states[:-1]]).double())
    found["last"] = kept(sum(s[:, -1] for s in states) / len(states))
    found["mean"] = kept(sum(s.mean(1) for s in states) / len(states))
    return found


def main(out):
    made = out + "/made"
    fixture = json.load(open(os.path.join(HERE, "..", "Models", "Decoders", "llama.json")))
    rows = fixture["rows"]
    result = {name: decoder(name, rows, made) for name in DECODERS}
    json.dump(dict(models={name: encoder(name) for name in ENCODERS}), open(out + "/encoders.json", "w"), separators=(",", ":"))
    json.dump(dict(rows=rows, first=FIRST, labels=LABELS, prompts=[20, 6], models=result), open(out + "/decoders.json", "w"), separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1])
