"""Writes what the real tokenizers library makes of long runs: for each kind and letter the number of ids and a digest of them, in runs.json."""
import glob, hashlib, json, os
import tokenizers

HERE = os.path.dirname(os.path.abspath(__file__))
LETTERS = ['a', ' ', '\n', 'ab', "'", 'é', '中', '😀', '1', 'a\u0301']
out = {'version': tokenizers.__version__}
for path in sorted(glob.glob(os.path.join(HERE, '*.tokenizer.json'))):
    tok = tokenizers.Tokenizer.from_file(path)
    runs = []
    for letter in LETTERS:
        ids = tok.encode(letter * 100_000, add_special_tokens=False).ids
        runs.append([letter, len(ids), hashlib.sha256(' '.join(map(str, ids)).encode()).hexdigest()[:16]])
    out[os.path.basename(path).split('.')[0]] = runs
json.dump(out, open(os.path.join(HERE, 'runs.json'), 'w', encoding='utf-8'), ensure_ascii=False, indent=0)
