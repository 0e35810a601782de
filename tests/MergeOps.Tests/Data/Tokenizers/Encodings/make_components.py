"""Writes what each component of the real tokenizers library does by itself: components.json, and a digest over all code points for what works character by character."""
import hashlib, json, os
import tokenizers
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from make_encodings import HERE, charsmap, strings

S = [t for t in strings() if len(t) < 60]
TEXTS = S[:40] + S[40:330:2] + S[330::6]
# of planes without a character, in which all are alike, the first and the last ones
CP = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000 and (c < 0x40000 or 0xE0000 <= c < 0xE1000 or (c + 0x80) & 0xFFFF < 0x100)]

def settings(component):
    return json.loads(component.__getstate__())

def digest(lines):
    return hashlib.sha256('\n'.join(lines).encode('utf-8')).hexdigest()

REGEXES = [r'\s+', r'\S+', r'\d', r'\w+', r'\W', r'\h+', r'[^\s\p{L}\p{N}]+', r'\p{Lu}\p{Ll}*', r'\p{M}', r'\P{L}+', r'\p{^L}', r'\p{Han}+', r'[\p{Hiragana}\p{Katakana}ー]+', r'(?i:s|t|re|k)', r'(?i)the', r'a{2,3}', r'a{2,}?b?', r'(?:ab){2}', r'(ab|a)(b?)', r'a|ab', r'(?>a+)b', r'a++b?', r'\s+(?!\S)', r'(?<=a)b', r'(?<!a)b', r'^.', r'.$', r'\A\s', r'\S\z', r'\b\w', r'\B\w', r'\W+x', r'[a-c&x]', r'[^a-z]', r'[[:punct:]]', r'[[:digit:][:space:]]+', r'[a-z[0-9]]+', r'\x41|\u00e9|\x{1F600}', r'[\u4e00-\u9fff]+', r'.', r'x*', r"[\r\n]+|[^\r\n]", r'\t|\n|\r', r'\.|\*|\\', r'[\]\-]', r'[-a]', r'\p{L}(?=\p{N})', r'(?=a)']

def make():
    n, p, d = normalizers, pre_tokenizers, decoders
    norms = [n.NFC(), n.NFD(), n.NFKC(), n.NFKD(), n.Lowercase(), n.StripAccents(), n.Nmt(), n.ByteLevel(), n.Strip(), n.Strip(left=True, right=False), n.Strip(left=False, right=True), n.Prepend('▁'), n.Prepend('ab'), n.Replace('a', 'bb'), n.Replace(Regex(r'\s+'), ' '), n.Replace('ab', ''), n.Replace(Regex('x*'), '-'), n.BertNormalizer(), n.BertNormalizer(clean_text=False), n.BertNormalizer(handle_chinese_chars=False, lowercase=False, strip_accents=True), n.BertNormalizer(strip_accents=False), n.Precompiled(charsmap()), n.Sequence([n.NFD(), n.StripAccents(), n.Lowercase()]), n.Sequence([])]
    pres = [p.ByteLevel(add_prefix_space=False), p.ByteLevel(add_prefix_space=True), p.ByteLevel(add_prefix_space=False, use_regex=False), p.BertPreTokenizer(), p.Whitespace(), p.WhitespaceSplit(), p.Punctuation(), p.Punctuation('removed'), p.Punctuation('merged_with_next'), p.Punctuation('merged_with_previous'), p.Punctuation('contiguous'), p.Digits(), p.Digits(True), p.CharDelimiterSplit('a'), p.Metaspace(), p.Metaspace(replacement='_', prepend_scheme='first'), p.Metaspace(prepend_scheme='never'), p.Metaspace(split=False), p.FixedLength(3), p.Sequence([p.WhitespaceSplit(), p.Metaspace(prepend_scheme='first')]), p.Sequence([p.Whitespace(), p.Digits()])]
    pres += [p.Split('a', b, invert=i) for b in ['removed', 'isolated', 'merged_with_previous', 'merged_with_next', 'contiguous'] for i in (False, True)]
    pres += [p.Split(Regex(r), 'isolated') for r in REGEXES] + [p.Split(Regex(r), 'removed') for r in REGEXES[:8]]
    decs = [d.ByteLevel(), d.Metaspace(), d.Metaspace(prepend_scheme='never'), d.WordPiece(), d.WordPiece(cleanup=False), d.BPEDecoder(), d.CTC(), d.Sequence([d.Replace('▁', ' '), d.ByteFallback(), d.Fuse(), d.Strip(' ', 1, 0)]), d.ByteFallback(), d.Fuse(), d.Strip('a', 2, 0), d.Replace(Regex('[aeiou]'), '.')]
    tokens = [['a'], ['▁Hello', ',', '▁wor', 'ld'], ['un', '##believ', '##able', '!', "n't", 'do', 'not'], ['<0xE4>', '<0xBD>', '<0xA0>', 'x', '<0xFF>', '<0x41>', '<0x+5>', '<0xG1>', '<0x0a>'], ['Ġhello', 'Ċ', 'ÃĤ', 'Ã', '<|x|>', 'Ġé', '中'], ['he</w>', 'l', 'lo</w>', 'x</w>'], ['h', 'h', '<pad>', 'h', '|', '|', 'i', '<pad>'], ['aaa', 'aXaa', 'ba'], [' ', ' .', " 's", ' do not', " ' "], ['', 'x'] + ['▁'], ['\u0301', '😀', '\U0010ffff']]
    out = {'version': tokenizers.__version__, 'texts': TEXTS, 'tokens': tokens, 'normalizer': [], 'pre_tokenizer': [], 'decoder': [], 'post_processor': []}
    for c in norms: out['normalizer'].append([settings(c), digest([json.dumps(c.normalize_str(t), ensure_ascii=False) for t in TEXTS]), [c.normalize_str(t) for t in TEXTS[:12]]])
    for c in pres: out['pre_tokenizer'].append([settings(c), digest([json.dumps([w for w, _ in c.pre_tokenize_str(t)], ensure_ascii=False) for t in TEXTS]), [[w for w, _ in c.pre_tokenize_str(t)] for t in TEXTS[:12]]])
    for c in decs:
        results = []
        for t in tokens:
            try: results.append(c.decode(list(t)))
            except BaseException: results.append(None)
        out['decoder'].append([settings(c), results])
    t = processors.TemplateProcessing(single='[CLS] $A [SEP] [SEP]', pair='[CLS] $A [SEP] $B', special_tokens=[('[CLS]', 7), ('[SEP]', 8)])
    for c in [processors.BertProcessing(('s', 5), ('c', 6)), processors.RobertaProcessing(('s', 5), ('c', 6)), processors.ByteLevel(), t, processors.Sequence([processors.ByteLevel(), t])]:
        tok = Tokenizer(models.WordLevel({'a': 0, 'u': 1}, unk_token='u')); tok.post_processor = c
        out['post_processor'].append([settings(c), tok.encode('a').ids, tok.encode('a', add_special_tokens=False).ids])
    json.dump(out, open(os.path.join(HERE, 'components.json'), 'w', encoding='utf-8'), ensure_ascii=False, indent=0)

def make_code_points():
    n, p = normalizers, pre_tokenizers
    every = {}
    for name, c in [('NFC', n.NFC()), ('NFD', n.NFD()), ('NFKC', n.NFKC()), ('NFKD', n.NFKD()), ('Lowercase', n.Lowercase()), ('StripAccents', n.StripAccents()), ('Nmt', n.Nmt()), ('Strip', n.Strip()), ('BertNormalizer', n.BertNormalizer())]:
        every[name] = [settings(c), digest([c.normalize_str(chr(x)) + '|' + c.normalize_str('a' + chr(x) + '\u0323\u0301') for x in CP])]
    for name, c in [('BertPreTokenizer', p.BertPreTokenizer()), ('Whitespace', p.Whitespace()), ('WhitespaceSplit', p.WhitespaceSplit()), ('Punctuation', p.Punctuation()), ('Digits', p.Digits()), ('ByteLevel', p.ByteLevel(add_prefix_space=False))] + [(r, p.Split(Regex(r), 'removed')) for r in [r'\W', r'[\w]', r'\s', r'\d', r'\w', r'[[:punct:]]', r'[[:graph:]]', r'[[:blank:]]'] + [r'\p{%s}' % k for k in 'L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Co Cn Han Hiragana Katakana Hangul Thai Lao Khmer Myanmar Tibetan Latin Cyrillic Greek Arabic Hebrew Devanagari'.split()]]:
        every[name] = [settings(c), digest(['|'.join(w for w, _ in c.pre_tokenize_str('a' + chr(x) + 'a')) for x in CP])]
    json.dump(every, open(os.path.join(HERE, 'code-points.json'), 'w', encoding='utf-8'), ensure_ascii=False, indent=0)

make()
make_code_points()
