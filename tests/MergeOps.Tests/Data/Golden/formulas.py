"""Expected tensors of methods that mergekit lacks: the formulas of their papers in NumPy, float64, with whole decompositions.

    python3 formulas.py        (in this folder; needs numpy and safetensors)

Writes cases/<case>/recipe.yml and expected.safetensors for the cases below; a case has one line in cases.tsv.
"""

import os

import numpy as np
from safetensors import numpy as st

TOKENS = ("embed_tokens.weight", "lm_head.weight", "word_embeddings.weight")


def svd(a):
    return np.linalg.svd(a, full_matrices=False)


def polar(a):
    u, _, vt = svd(a)
    return u @ vt


def mean(taus):
    return sum(taus) / len(taus)


def tsv(taus):
    r = min(taus[0].shape) // len(taus)
    parts = [svd(t) for t in taus]
    u = polar(np.concatenate([p[0][:, :r] for p in parts], 1))
    s = np.concatenate([p[1][:r] for p in parts])
    v = polar(np.concatenate([p[2][:r].T for p in parts], 1))
    return u @ np.diag(s) @ v.T


def iso_c(taus):
    u, s, vt = svd(sum(taus))
    return s.mean() * u @ vt


def iso_cts(taus, fraction=0.8):
    side, n = min(taus[0].shape), len(taus)
    own = round((side - int(side * fraction)) / n)
    k = side - own * n
    u, s, vt = svd(sum(taus))
    us, ss, vs = [], [], []
    for t in taus:
        a, b, c = svd(t - u[:, :k] @ (u[:, :k].T @ t))
        us, ss, vs = us + [a[:, :own]], ss + [b[:own]], vs + [c[:own].T]
    left = polar(np.concatenate(us + [u[:, :k]], 1))
    right = polar(np.concatenate(vs + [vt[:k].T], 1))
    return np.concatenate(ss + [s[:k]]).mean() * left @ right.T


def wudi(taus, time=300.0, ratio=0.85, init="sum"):
    norms = [(t * t).sum() for t in taus]
    c = sum(t.T @ t / n for t, n in zip(taus, norms))
    d = sum(t @ t.T @ t / n for t, n in zip(taus, norms))
    lam, v = np.linalg.eigh(c)
    lam = np.maximum(lam, 1e-300)
    f = 1 - np.exp(-lam * time)
    f[: len(lam) - int(np.ceil(ratio * len(lam)))] = 0
    f[lam < 1e-12 * lam[-1]] = 0
    start = {"sum": sum(taus), "mean": mean(taus), "zero": 0 * taus[0]}[init]
    return start - ((start @ v) * f) @ v.T + ((d @ v) * (f / lam)) @ v.T


def matrices(method, lam=1.0, skip=True, **options):
    """A method for matrices; other tensors, embeddings and heads take the mean."""

    def merge(base, taus_of):
        out = {}
        for name in base:
            taus = taus_of(name)
            spectral = taus[0].ndim == 2 and min(taus[0].shape) >= max(2, len(taus)) and not (skip and name.endswith(TOKENS))
            out[name] = base[name] + lam * (method(taus, **options) if spectral else mean(taus))
        return out

    return merge


def elementwise(method):
    return lambda base, taus_of: {name: base[name] + method(taus_of(name)) for name in base}


def consensus(share, k, lam=1.0):
    def merge(taus):
        total = sum(taus)
        votes = sum((np.abs(t) > share * np.abs(total - t)).astype(int) for t in taus)
        return lam * np.where(votes >= k, total, 0)

    return merge


def magmax(lam=1.0):
    def merge(taus):
        stacked = np.stack(taus)
        return lam * np.take_along_axis(stacked, np.abs(stacked).argmax(0)[None], 0)[0]

    return merge


def pcb(ratio, lam):
    """Parameter competition balancing of the whole model, as the public code has it."""

    def cut(x, low, high):
        order = np.sort(x)
        return np.clip(x, order[int(x.size * low)], order[int(x.size * (1 - high) - 1)])

    def scaled(x):
        return (x - x.min()) / (x.max() - x.min())

    def merge(base, taus_of):
        names = sorted(base)
        flat = [np.concatenate([taus_of(n)[i].ravel() for n in names]) for i in range(len(taus_of(names[0])))]
        total, cuts, scores = sum(flat), [], []
        for vector in flat:
            magnitudes = cut(np.abs(vector), 0.0001, 0.0001)
            cuts.append(np.sign(vector) * magnitudes)
            balance = np.exp(len(flat) * scaled(magnitudes) ** 2) * np.tanh(vector * total)
            scores.append(scaled(cut(balance, 1 - ratio, 0)))
        change = sum(c * s for c, s in zip(cuts, scores)) / np.maximum(sum(scores), 1e-12)
        merged, start = {}, 0
        for n in names:
            merged[n] = base[n] + lam * change[start : start + base[n].size].reshape(base[n].shape)
            start += base[n].size
        return merged

    return merge


def calibrated(alpha):
    """Task arithmetic with weights of 1, its singular values calibrated; embeddings and heads stay."""

    def merge(base, taus_of):
        merged = {}
        for n in base:
            taus = taus_of(n)
            change = sum(taus)
            if base[n].ndim == 2 and not n.endswith(TOKENS):
                u, s, vt = svd(change)
                shares = []
                for t in taus:
                    rows = u.T @ t
                    shares.append(np.maximum(alpha, (rows * (s[:, None] * vt)).sum(1) / (rows**2).sum(1)))
                change = (u * (len(taus) / sum(shares) * s)) @ vt
            merged[n] = base[n] + change
        return merged

    return merge


def trimmed(base, taus_of, densities):
    """Each task vector with its largest entries over the whole model."""
    flat = [np.concatenate([taus_of(n)[i].ravel() for n in sorted(base)]) for i in range(len(densities))]
    kept = []
    for vector, density in zip(flat, densities):
        order = np.argsort(-np.abs(vector), kind="stable")[: max(1, int(density * vector.size))]
        mask = np.zeros(vector.size)
        mask[order] = 1
        kept.append(vector * mask)
    place = 0
    for n in sorted(base):
        size = base[n].size
        yield n, [k[place : place + size].reshape(base[n].shape) for k in kept]
        place += size


def localize_stitch(densities):
    def merge(base, taus_of):
        out = {}
        for n, kept in trimmed(base, taus_of, densities):
            count = sum((k != 0).astype(int) for k in kept)
            out[n] = base[n] + sum(kept) / np.maximum(count, 1)
        return out

    return merge


def ties_model(weights, densities):
    def merge(base, taus_of):
        out = {}
        for n, kept in trimmed(base, taus_of, densities):
            terms = [w * k for w, k in zip(weights, kept)]
            sign = np.where(sum(terms) >= 0, 1, -1)
            agree = [np.sign(t) == sign for t in terms]
            divisor = sum(w * a for w, a in zip(weights, agree))
            out[n] = base[n] + sum(t * a for t, a in zip(terms, agree)) / np.where(divisor == 0, 1, divisor)
        return out

    return merge


LLAMA = "llama-f32/base llama-f32/ft1 llama-f32/ft2 llama-f32/ft3".split()
QWEN = "qwen3-f32/base qwen3-f32/ft1 qwen3-f32/ft2".split()
BERT = "bert-f32/base bert-f32/ft1 bert-f32/ft2".split()
HALF = "llama-bf16/base llama-bf16/ft1 llama-bf16/ft2".split()

# case: method, models, parameters of the method, parameters of each model, formula
CASES = {
    "tsv": ("tsv", LLAMA, {}, {}, matrices(tsv)),
    "tsv-bf16": ("tsv", HALF, {"lambda": 0.7}, {}, matrices(tsv, 0.7)),
    "tsv-bert": ("tsv", BERT, {}, {}, matrices(tsv)),
    "tsv-embeddings": ("tsv", LLAMA, {"skip_embeddings": "false"}, {}, matrices(tsv, skip=False)),
    "iso_c": ("iso_c", LLAMA, {"lambda": 1.3}, {}, matrices(iso_c, 1.3)),
    "iso_c-qwen3": ("iso_c", QWEN, {}, {}, matrices(iso_c)),
    "iso_cts": ("iso_cts", LLAMA, {}, {}, matrices(iso_cts)),
    "iso_cts-half": ("iso_cts", QWEN, {"common_space_fraction": 0.5}, {}, matrices(iso_cts, fraction=0.5)),
    "wudi": ("wudi", LLAMA, {}, {}, matrices(wudi)),
    "wudi-mean": ("wudi", LLAMA, {"init": "mean", "exp_time": 20, "rank_ratio": 0.5}, {}, matrices(wudi, time=20.0, ratio=0.5, init="mean")),
    "wudi-zero": ("wudi", QWEN, {"init": "zero", "rank_ratio": 1}, {}, matrices(wudi, ratio=1.0, init="zero")),
    "consensus": ("consensus", LLAMA, {}, {}, elementwise(consensus(0.2, 2))),
    "consensus-all": ("consensus", LLAMA, {"k": 3, "lambda": 0.5}, {"tall_mask_lambda": [0.4, 0.4, 0.4]}, elementwise(consensus(0.4, 3, 0.5))),
    "magmax": ("magmax", LLAMA, {"lambda": 0.8}, {}, elementwise(magmax(0.8))),
    "localize_stitch": ("localize_stitch", LLAMA, {}, {"density": [0.1, 0.05, 0.2]}, localize_stitch([0.1, 0.05, 0.2])),
    "pcb": ("pcb", LLAMA, {"density": 0.1, "lambda": 1.2}, {}, pcb(0.1, 1.2)),
    "svc": ("task_arithmetic", LLAMA, {}, {"weight": [1, 1, 1]}, calibrated(0.1), "post: [singular_value_calibration]"),
    "svc-whole": ("task_arithmetic", QWEN, {}, {"weight": [1] * (len(QWEN) - 1)}, calibrated(1.0), "post: [{singular_value_calibration: {alpha: 1}}]"),
    "ties-model": ("ties", LLAMA, {"scope": "model"}, {"weight": [0.6, 0.4, 0.5], "density": [0.2, 0.3, 0.2]}, ties_model([0.6, 0.4, 0.5], [0.2, 0.3, 0.2])),
}


def load(model):
    folder = os.path.join("models", model)
    if model.startswith("llama-bf16"):
        import torch
        from safetensors.torch import load_file

        return {n: t.to(torch.float64).numpy() for n, t in load_file(os.path.join(folder, "model.safetensors")).items()}
    return {n: t.astype(np.float64) for n, t in st.load_file(os.path.join(folder, "model.safetensors")).items() if t.dtype.kind == "f"}


def main():
    for case, (method, models, parameters, each, formula, *more) in CASES.items():
        base, *others = [load(m) for m in models]
        # task vectors are float32, as the engine's are
        merged = formula(base, lambda name: [(o[name].astype(np.float32) - base[name].astype(np.float32)).astype(np.float64) for o in others])
        folder = os.path.join("cases", case)
        os.makedirs(folder, exist_ok=True)
        lines = [f"merge_method: {method}", f"base_model: ../../models/{models[0]}", "models:"]
        for i, model in enumerate(models[1:]):
            own = ", ".join(f"{key}: {values[i]}" for key, values in each.items())
            lines.append(f"- {{model: ../../models/{model}" + (f", parameters: {{{own}}}" if own else "") + "}")
        if parameters:
            lines.append("parameters: {" + ", ".join(f"{key}: {value}" for key, value in parameters.items()) + "}")
        lines += [*more, "dtype: float32"]
        with open(os.path.join(folder, "recipe.yml"), "w") as file:
            file.write("\n".join(lines) + "\n")
        st.save_file({n: np.ascontiguousarray(t.astype(np.float32)) for n, t in sorted(merged.items())}, os.path.join(folder, "expected.safetensors"))


if __name__ == "__main__":
    main()
