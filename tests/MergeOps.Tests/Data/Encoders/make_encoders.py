"""Makes the small random encoders of this folder and what transformers computes with them.

Run with the real transformers; nothing of the project's tests needs it. Weights are bfloat16 numbers, computed in float32.
"""
import json, pathlib, sys
import torch, transformers
from transformers import (
    BertConfig, BertModel, BertForMaskedLM, RobertaConfig, RobertaModel, RobertaForMaskedLM, XLMRobertaConfig, XLMRobertaModel,
    DistilBertConfig, DistilBertModel, DistilBertForMaskedLM, MPNetConfig, MPNetModel, ModernBertConfig, ModernBertModel, ModernBertForMaskedLM)

here = pathlib.Path(__file__).parent
SIZES = dict(vocab_size=32, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24)


def rows(pad, before, behind, lengths, seed, vocabulary=32):
    generator = torch.Generator().manual_seed(seed)
    longest = max(lengths)
    ids = torch.full((len(lengths), longest), pad)
    mask = torch.zeros((len(lengths), longest), dtype=torch.long)
    for row, length in enumerate(lengths):
        ids[row, :length] = torch.randint(5, vocabulary, (length,), generator=generator)
        ids[row, 0], ids[row, length - 1] = before, behind
        mask[row, :length] = 1
    return ids, mask


def make(name, model, pad, lengths, stored=torch.bfloat16, before=2, behind=3):
    torch.manual_seed(sum(map(ord, name)))
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            noise = torch.randn_like(parameter) * (0.3 if parameter.dim() > 1 else 0.2)
            # as the library keeps it
            if key.endswith('norm.weight') or 'LayerNorm.weight' in key or 'layer_norm.weight' in key:
                noise += 1
            parameter.copy_(noise.to(torch.bfloat16).float())
        model.eval()
        ids, mask = rows(pad, before, behind, lengths, 7)
        body = getattr(model, model.base_model_prefix, model)
        states = body(input_ids=ids, attention_mask=mask).last_hidden_state
    folder = here / name
    folder.mkdir(exist_ok=True)
    model.to(stored).save_pretrained(folder)
    (folder / 'generation_config.json').unlink(missing_ok=True)
    values = [[[round(float(v), 7) for v in states[r, t]] for t in range(n)] for r, n in enumerate(lengths)]
    expected = {'transformers': transformers.__version__, 'torch': torch.__version__,
                'ids': [ids[r, :n].tolist() for r, n in enumerate(lengths)], 'states': values}
    (folder / 'expected.json').write_text(json.dumps(expected, separators=(',', ':')) + '\n')
    print(name, max(abs(v) for row in values for t in row for v in t))


B = dict(max_position_embeddings=24)
make('bert', BertModel(BertConfig(**SIZES, **B), add_pooling_layer=True), 0, [9, 5, 14])
make('bert-float32', BertModel(BertConfig(**SIZES, **B, hidden_act='gelu_new', layer_norm_eps=1e-5, type_vocab_size=1), add_pooling_layer=False), 0, [3, 11], torch.float32)
make('bert-prefixed', BertForMaskedLM(BertConfig(**SIZES, **B, hidden_act='relu')), 0, [6, 13])
D = dict(vocab_size=32, dim=16, n_layers=2, n_heads=4, hidden_dim=24, max_position_embeddings=24)
make('distilbert', DistilBertModel(DistilBertConfig(**D)), 0, [9, 4, 13])
make('distilbert-prefixed', DistilBertForMaskedLM(DistilBertConfig(**D, activation='relu')), 0, [5, 12])
R = dict(max_position_embeddings=26, pad_token_id=1, bos_token_id=0, eos_token_id=2, layer_norm_eps=1e-5)
make('roberta', RobertaModel(RobertaConfig(**SIZES, **R, type_vocab_size=1), add_pooling_layer=False), 1, [9, 4, 15], before=0, behind=2)
make('roberta-prefixed', RobertaForMaskedLM(RobertaConfig(**SIZES, **R, type_vocab_size=1, hidden_act='gelu_pytorch_tanh')), 1, [7, 2], before=0, behind=2)
make('xlm-roberta', XLMRobertaModel(XLMRobertaConfig(**SIZES, **R, type_vocab_size=1), add_pooling_layer=True), 1, [12, 8], before=0, behind=2)
M = dict(SIZES, vocab_size=32)
make('mpnet', MPNetModel(MPNetConfig(**M, max_position_embeddings=60, pad_token_id=1, bos_token_id=0, eos_token_id=2), add_pooling_layer=False), 1, [40, 17, 3], before=0, behind=2)
N = dict(SIZES, num_hidden_layers=4)
make('modernbert', ModernBertModel(ModernBertConfig(**N, max_position_embeddings=64, pad_token_id=0, global_attn_every_n_layers=3, local_attention=6, attn_implementation='eager')), 0, [25, 12, 4])
make('modernbert-prefixed', ModernBertForMaskedLM(ModernBertConfig(**N, max_position_embeddings=64, pad_token_id=0, global_attn_every_n_layers=2, local_attention=8, attention_bias=True, mlp_bias=True, norm_bias=True, hidden_activation='gelu_pytorch_tanh', attn_implementation='eager')), 0, [18, 7])

from transformers.activations import ACT2FN
points = torch.linspace(-4, 4, 33)
names = ['gelu', 'gelu_python', 'gelu_new', 'gelu_fast', 'gelu_accurate', 'gelu_pytorch_tanh', 'gelu_python_tanh', 'quick_gelu', 'relu', 'silu', 'swish', 'tanh']
(here / 'activations.json').write_text(json.dumps({
    'transformers': transformers.__version__, 'points': points.tolist(),
    'values': {name: [round(v, 7) for v in ACT2FN[name](points).tolist()] for name in names}}, separators=(',', ':')) + '\n')
