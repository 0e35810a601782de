# Values of transformers' own dequantization, to compare ours with. Run with transformers 5.12.1 and torch 2:
# Fp8Dequantize._dequantize_one (integrations/finegrained_fp8.py) and convert_moe_packed_tensors (integrations/mxfp4.py).
import torch
from safetensors.torch import save_file
from transformers.integrations.finegrained_fp8 import Fp8Dequantize
from transformers.integrations.mxfp4 import convert_moe_packed_tensors

g = torch.Generator().manual_seed(17)
codes = torch.arange(256, dtype=torch.uint8)
codes = codes[(codes & 0x7F) != 0x7F]                      # every number of E4M3, without NaN
def weight(*shape):
    return codes[torch.randint(0, len(codes), shape, generator=g)].view(torch.float8_e4m3fn)
def dequantize(w, s):
    return Fp8Dequantize(None)._dequantize_one(w, s, output_dtype=torch.bfloat16)
out = {}
def put(name, w, s):
    out[f"{name}.weight"], out[f"{name}.weight_scale_inv"], out[f"{name}.expected"] = w, s, dequantize(w, s).contiguous()
put("block", weight(8, 12), torch.rand(2, 3, generator=g) * 1e-2)
put("bf16_scales", weight(8, 12), (torch.rand(2, 3, generator=g) * 1e-2).bfloat16())
put("channel", weight(6, 10), torch.rand(6, 1, generator=g))
put("tensor", weight(4, 6), torch.rand(1, 1, generator=g))
put("experts", weight(3, 4, 8), torch.rand(3, 2, 2, generator=g))
e8 = torch.randint(100, 140, (2, 3), generator=g, dtype=torch.uint8)
put("e8m0_scales", weight(8, 12), e8.view(torch.float8_e8m0fnu))
put("byte_scales", weight(8, 12), e8.clone())
blocks = torch.randint(0, 256, (2, 6, 3, 16), generator=g, dtype=torch.uint8)
scales = torch.randint(110, 135, (2, 6, 3), generator=g, dtype=torch.uint8)
out["mlp.experts.gate_up_proj_blocks"], out["mlp.experts.gate_up_proj_scales"] = blocks, scales
out["mlp.experts.expected"] = convert_moe_packed_tensors(blocks, scales)
save_file({k: v.clone().contiguous() for k, v in out.items()}, "dequantized.safetensors")
print({k: (v.dtype, list(v.shape)) for k, v in out.items()})
