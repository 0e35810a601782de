import torch, json, os, collections, sys
#  writes the fixtures of this folder with the real PyTorch into the current one
def rnd(*s, seed=0):
    g = torch.Generator().manual_seed(seed); return torch.randn(*s, generator=g)
w = collections.OrderedDict()
w["f32"] = rnd(3, 4, seed=1); w["f64"] = rnd(2, 3, seed=2).double(); w["f16"] = rnd(5, seed=3).half(); w["bf16"] = rnd(2, 2, seed=4).bfloat16()
w["i64"] = torch.arange(6).reshape(2, 3); w["i32"] = torch.arange(3, dtype=torch.int32); w["i16"] = torch.arange(3, dtype=torch.int16); w["i8"] = torch.arange(-2, 2, dtype=torch.int8); w["u8"] = torch.arange(4, dtype=torch.uint8); w["bool"] = torch.tensor([True, False, True])
w["scalar"] = torch.tensor(2.5); w["empty"] = torch.zeros(0, 3)
shared = rnd(6, 4, seed=5); w["whole"] = shared; w["rows_2_to_4"] = shared[2:4]; w["tied"] = shared
w["fp8"] = rnd(4, seed=6).to(torch.float8_e4m3fn); w["u16"] = torch.tensor([1, 65535], dtype=torch.uint16)
w["parameter"] = torch.nn.Parameter(rnd(2, seed=7)); w["one_row"] = rnd(4, 1, seed=8).t()
torch.save(w, "every_kind.bin"); torch.save(w, "protocol_4.bin", pickle_protocol=4)
torch.save({"epoch": 3, "state_dict": {"weight": rnd(2, 2, seed=9)}, "lr": 0.5}, "wrapped.ckpt")
m = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3)); 
for p in m.parameters(): torch.nn.init.constant_(p, 0.5)
torch.save(m.state_dict(), "module.pth")
torch.save(w, "legacy.bin", _use_new_zipfile_serialization=False)
torch.save(m, "whole_module.pt")
torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), "script.pt")
torch.save({"weight": rnd(3, 2, seed=10).t()}, "strided.bin")
torch.save({"weight": torch.complex(rnd(2), rnd(2))}, "complex.bin")
torch.save({"weight": rnd(2), "step": 4}, "with_a_number.bin")
torch.save({"weight": rnd(2), "nested": {"weight": rnd(2)}}, "nested.bin")
torch.save({"weight": torch.sparse_coo_tensor([[0], [1]], [2.0], (2, 2))}, "sparse.bin")
torch.save({"weight": torch.quantize_per_tensor(rnd(2), 0.1, 0, torch.qint8)}, "quantized.bin")
torch.save([rnd(2)], "list.bin")
try:
    import numpy; torch.save({"weight": rnd(2), "n": numpy.float64(1.0)}, "numpy.bin")
except Exception as e: print(e)
class Evil:
    def __reduce__(self): return (os.system, ("touch pwned",))
torch.save({"weight": rnd(2), "x": Evil()}, "evil.bin")
values = {}
for k, t in w.items():
    t = t.detach().contiguous(); values[k] = {"dtype": str(t.dtype)[6:], "shape": list(t.shape), "bytes": bytes(t.view(torch.uint8).flatten().tolist() if t.numel() and t.dim() else t.reshape(-1).view(torch.uint8).tolist() if t.numel() else []).hex()}
json.dump({"torch": torch.__version__, "tensors": values}, open("every_kind.json", "w"), indent=1)
for f in sorted(os.listdir(".")): print(f, os.path.getsize("" + f))
from safetensors.torch import save_file
base = {"model.embed_tokens.weight": rnd(8, 4, seed=20).bfloat16(), "model.layers.0.mlp.up_proj.weight": rnd(6, 4, seed=21).bfloat16(), "model.norm.weight": rnd(4, seed=22).bfloat16()}
save_file(base, "weights.safetensors", metadata={"format": "pt"}); torch.save(base, "weights.bin")
parts = [{k: base[k] for k in list(base)[:2]}, {k: base[k] for k in list(base)[2:]}]
for i, part in enumerate(parts): torch.save(part, f"weights-0000{i+1}-of-00002.bin")
json.dump({"metadata": {"total_size": sum(t.numel() * 2 for t in base.values())}, "weight_map": {k: f"pytorch_model-0000{i+1}-of-00002.bin" for i, part in enumerate(parts) for k in part}}, open("weights.bin.index.json", "w"), indent=2)
