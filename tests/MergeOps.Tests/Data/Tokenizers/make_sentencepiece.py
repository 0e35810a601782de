"""Makes sentencepiece.model and sentencepiece.json with the sentencepiece library (Debian's python3-sentencepiece 0.1.97)."""
import json
import random

import sentencepiece as spm

rng = random.Random(3)
words = "the quick brown fox jumps over a lazy dog and then it runs away from all of us in gardens where ünïcode flowers grow 你 好 世 界".split()
with open("corpus.txt", "w", encoding="utf-8") as corpus:
    corpus.write("\n".join(" ".join(rng.choice(words) for _ in range(12)) for _ in range(400)))
spm.SentencePieceTrainer.train(
    input="corpus.txt", model_prefix="sentencepiece", vocab_size=330, model_type="bpe", byte_fallback=True, user_defined_symbols=["<mask>"],
    control_symbols=["<|im_start|>"], hard_vocab_limit=False, character_coverage=1.0, normalization_rule_name="identity")
model = spm.SentencePieceProcessor(model_file="sentencepiece.model")
ids = range(len(model))
with open("sentencepiece.json", "w", encoding="utf-8") as pieces:
    json.dump({"pieces": [model.id_to_piece(i) for i in ids]}, pieces, ensure_ascii=False)
