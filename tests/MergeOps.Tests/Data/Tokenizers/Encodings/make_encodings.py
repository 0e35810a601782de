"""Writes what the real tokenizers library does: small tokenizers of every kind, trained on the strings, with the ids and texts of each string.

    python3 make_encodings.py                       writes strings.json, <kind>.tokenizer.json and <kind>.expected.txt beside itself
    python3 make_encodings.py NAME TOKENIZER.JSON   writes NAME.expected.txt for a real tokenizer, whose file is not kept
"""
import base64, json, os, random, sys
import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = os.path.dirname(os.path.abspath(__file__))

SENTENCES = r"""
The quick brown fox jumps over the lazy dog.|I'm sure they've said it's what we'll do, isn't it? YOU'RE WRONG, I'D SAY 'S!|It cost $1,234.56 (about 99.9%) on 2024-02-29 at 12:34:56.
def f(x, *args, **kwargs):\n    return x ** 2  # square\n\n\nclass A:\n\tpass\r\n|<html><body class="a b">&amp; © 2020</body></html>|{"key": [1, 2, {"nested": null}], "τ": 3.14e-10}
Über den Wölken muß die Freiheit wohl grenzenlos sein.|Fußgängerübergänge, Straße, GRÖSSE, naïve café, élève, coöperate, Ångström, İstanbul, ıŞIK
El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia; ¿qué tal? ¡Adiós!|Portez ce vieux whisky au juge blond qui fume. L'œuvre d'un cœur « gai »…|Pchnąć w tę łódź jeża lub ośm skrzyń fig.
Příliš žluťoučký kůň úpěl ďábelské ódy.|Съешь же ещё этих мягких французских булок, да выпей чаю.|Їжак і ґанок, щастя є.|Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία. ΟΔΥΣΣΕΥΣ ὈΔΥΣΣΕΎΣ
דג סקרן שט בים מאוכזב ולפתע מצא לו חברה שָׁלוֹם|نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر ومغلف بجلد أزرق، ١٢٣٤٥ السَّلَامُ|زبان فارسی می‌خواهم ۱۲۳
ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश १२३|আমি বাংলায় গান গাই|தமிழ் மொழி யாமறிந்த மொழிகளிலே|తెలుగు భాష|ಕನ್ನಡ|മലയാളം ഭാഷ|ગુજરાતી|ਪੰਜਾਬੀ|සිංහල
เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน ๑๒๓|ພາສາລາວ|ភាសាខ្មែរ|မြန်မာဘာသာ|བོད་སྐད་|አማርኛ ቋንቋ|ქართული ენა|Հայերեն լեզու|ᏣᎳᎩ|ᠮᠣᠩᠭᠣᠯ
天地玄黄，宇宙洪荒。日月盈昃，辰宿列张。|我能吞下玻璃而不傷身體。一二三四五１２３|私はガラスを食べられます。それは私を傷つけません。カタカナ ﾊﾝｶｸ ー ゞ 〆|나는 유리를 먹을 수 있어요. 그래도 아프지 않아요 ㄱㄴㄷ 한글|𠀀𠮷𪚥 古𠮷野家
Tiếng Việt: Trăm năm trong cõi người ta, chữ tài chữ mệnh khéo là ghét nhau.|Tie\u0302\u0301ng Vie\u0323\u0302t de\u0301compose\u0301 A\u030a u\u0308|Đường phố ở Hà Nội|Bahasa Indonesia adalah bahasa resmi.|Kiswahili ni lugha.|Yorùbá: ẹ kú àárọ̀ o
"""

def strings():
    escapes = {'\\n': '\n', '\\r': '\r', '\\t': '\t', '\\u0301': '\u0301', '\\u0302': '\u0302', '\\u0308': '\u0308', '\\u030a': '\u030a', '\\u0323': '\u0323'}
    out = ['']
    for text in SENTENCES.strip().replace('\n', '|').split('|'):
        for written, meant in escapes.items():
            text = text.replace(written, meant)
        out.append(text)
    out += ['a', ' ', '  ', ' a', 'a ', '  a  b  ', '\n', '\r\n', '\n\n\n', '\t', ' \n ', 'a\nb', 'a\r\nb\r\n\r\nc', '\n a', 'a \n', ' \t \n\t', 'a\x00b', '\x00', '\x01\x02\x1f\x7f', '\x80\x85\x9f', 'a\x0bb\x0cc',
            '\u00a0', 'a\u00a0b', '\u2003\u2009x', '\u3000全角', 'a\u2028b\u2029c', '\u200b', 'a\u200bb', 'zero\u200cwidth\u200djoin', '\ufeffbom', '\u202eabc\u202c', '\u2066x\u2069', 'soft\u00adhyphen', '\u1680x', '\u180e', '\ufffd', 'a\ufffdb', '\ufffe\uffff', '\U0010ffff', '\U000e0001x', '\ue000\uf8ff',
            '\u0301', '\u0301a', 'a\u0301', 'a\u0301\u0323', 'a\u0323\u0301', '\u0345\u0334\u0301', 'e\u0301\u0302\u0303\u0304', '\u1e9b\u0323', '\u0f71\u0f72', '\u0340\u0341\u0344', '\u212b\u2126\u212a', 'ﬁ ﬂ ﬃ ſt ß ẞ', '①②③ ⅷ ½ ² ₃ Ⅻ', '㎏ ㍿ ㋿ ㌔', 'ｆｕｌｌｗｉｄｔｈ １２３！', '𝓐𝓑𝓒 𝔸𝟙𝟚 𝕏', '각\u11a8 \u1100\u1161\u11a8', '\u1112\u1161\u11ab글',
            '😀', '😀😃😄', '👍🏽', '👨‍👩‍👧‍👦', '🏳️‍🌈', '🇩🇪🇫🇷', '❤️', '☃☄★', '1️⃣', '🧑🏿‍🚀 to the 🌕', 'a😀b', '👩🏻‍❤️‍💋‍👨🏼!', '🫠🪿', '\u200d', '\ufe0f', '🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f',
            "'s", "'S", "'ſ", "don't", "DON'T", "we'LL've", "it''s", "'", "''", "I'M'VE'RE", "o'clock 'tis '90s", "l’été", '“quotes” ‘x’', '"', '...', '…', '?!', '--', '—', '/*-+*/', 'a/b\\c', '###', '##a', '[]{}()<>', '=====', '!@#$%^&*()_+', '`code`', '~tilde~', '|pipe|', '€£¥₿', '±×÷≠≤∞', '→⇒↔', '©®™', '§¶†‡', '¿¡',
            '0', '12', '123', '1234', '12345', '1234567890', '3.14', '1,000,000', '0x1F', '١٢٣', '१२३४', '１２３４', '1a2b3c', 'a1', '1 2 3', '½¼', '12345678901234567890123', '²³', '𝟏𝟐𝟑',
            'CamelCaseWord', 'snake_case_word', 'SCREAMING_CASE', 'kebab-case', 'XMLHttpRequest', 'iPhone15Pro', 'a.b.c', 'http://example.com/a?b=c&d=e#f', 'user@example.com', 'C:\\Users\\x', '/usr/bin/env', 'v1.2.3-beta+4', 'ABCdefGHI', 'aBcDeF', 'ÀÉÎõü', 'ǅ ǈ ᾈ', 'İI ıi', 'ΑΣ ΣΑΣ', 'DŽǅ',
            '▁', '▁a', 'a▁b', '▁▁a ▁', ' ▁', '<0x0A>', '<0xZZ>', 'Ġ', 'Ġa', 'ĠĊĉ', '##', '@@', '</w>', '<unk>', '<s>', '</s>', '[UNK]', '[CLS] a [SEP]', '<|endoftext|>', '<|im_start|>user\nhi<|im_end|>', '<pad>', '<bos>', '<mask>', 'a<s>b', '<s', '< s >', '<|begin_of_text|>', '<start_of_turn>user']
    out += ['a' * 50, 'ab' * 60, ' ' * 70 + 'x', 'x' + ' ' * 70, '\n' * 40, '\t' * 33, '-' * 80, '😀' * 30, '中' * 60, 'é' * 40, 'e\u0301' * 30, '0' * 45, "'" * 20, ' a' * 40, '\r\n' * 20, '\u3000' * 12, '\u00a0' * 9, 'aA' * 30, '한' * 25, 'ก' * 30, '\u0301' * 20]
    r = random.Random(18)
    blocks = [(0x20, 0x7e)] * 6 + [(0xa0, 0x17f)] * 3 + [(0x180, 0x2af), (0x2b0, 0x36f), (0x370, 0x3ff), (0x400, 0x52f), (0x530, 0x5ff), (0x600, 0x6ff), (0x700, 0x8ff), (0x900, 0x97f), (0x980, 0xdff), (0xe00, 0xeff), (0xf00, 0x109f), (0x10a0, 0x13ff), (0x1400, 0x17ff), (0x1800, 0x1cff), (0x1d00, 0x1fff), (0x2000, 0x206f), (0x2070, 0x218f), (0x2190, 0x23ff), (0x2400, 0x27bf), (0x27c0, 0x2bff), (0x2c00, 0x2fff), (0x3000, 0x30ff), (0x3100, 0x33ff), (0x4e00, 0x9fff), (0xa000, 0xabff), (0xac00, 0xd7a3), (0xf900, 0xfaff), (0xfb00, 0xfdff), (0xfe00, 0xffef), (0x10000, 0x107ff), (0x10800, 0x11fff), (0x12000, 0x16fff), (0x1d000, 0x1d7ff), (0x1e000, 0x1efff), (0x1f000, 0x1f2ff), (0x1f300, 0x1faff), (0x20000, 0x2a6df), (0x0, 0x1f), (0x80, 0x9f), (0xe0000, 0xe01ef)]
    common = [' ', ' ', '  ', '\n', "'s", '.', ',', '1', '\u0301', '\u200d', 'the', 'a', 'é', 'ß', '中', '\r\n', '\t', '-', '😀']
    while len(out) < 600:
        parts = []
        for _ in range(r.randint(2, 14)):
            lo, hi = r.choice(blocks)
            parts.append(r.choice(common) if r.random() < 0.4 else ''.join(chr(r.randint(lo, hi)) for _ in range(r.randint(1, 3))))
        out.append(''.join(parts))
    return out

def with_tokens(contents):
    """Strings that hold added tokens in many surroundings."""
    out = []
    for t in contents:
        out += [t, 'a' + t + 'b', 'a ' + t + ' b', t + t, ' ' + t, t + ' ', '  ' + t + '  ' + t + '\n', t[:-1], t.upper(), t.lower(), 'été' + t + '中', t + '\u0301', '\t' + t + '\n\nx', '_' + t + '1', '😀' + t]
    return out

def escaped(text):
    return json.dumps(text, ensure_ascii=False)

def expected(tok, texts, extra, path):
    """A line for each string: its ids, ids with special tokens if they differ by more than a fixed frame, and decoded texts where they are not the string."""
    frame = tok.encode('a', add_special_tokens=True).ids, tok.encode('a', add_special_tokens=False).ids
    lines = ['tokenizers ' + tokenizers.__version__, ' '.join(map(str, frame[0])) + '|' + ' '.join(map(str, frame[1])), str(len(extra))] + [escaped(t) for t in extra]
    for t in texts + extra:
        ids = tok.encode(t, add_special_tokens=False).ids
        a, b = tok.decode(ids, skip_special_tokens=False), tok.decode(ids, skip_special_tokens=True)
        lines.append(' '.join(map(str, ids)) + '\t' + ('=' if a == t else escaped(a)) + '\t' + ('=' if b == a else escaped(b)))
    with open(path, 'w', encoding='utf-8', newline='\n') as f:
        f.write('\n'.join(lines) + '\n')

def charsmap():
    """Rules as nmt_nfkc has them, in a small form: SentencePiece trains a model of a few pieces, and its rules are taken."""
    import io
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as pb
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(['a b c d e f g'] * 10), model_writer=model, vocab_size=11, model_type='unigram', normalization_rule_tsv=os.path.join(HERE, 'rules.tsv'), minloglevel=2)
    proto = pb.ModelProto(); proto.ParseFromString(model.getvalue())
    return proto.normalizer_spec.precompiled_charsmap

LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
O200K = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
DEEPSEEK = r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"

def make():
    S = strings()
    corpus = [t for t in S if t] * 2
    json.dump(S, open(os.path.join(HERE, 'strings.json'), 'w', encoding='utf-8'), ensure_ascii=False, indent=0)
    byte_alphabet = pre_tokenizers.ByteLevel.alphabet()

    def done(name, tok, added=()):
        for a in added:
            tok.add_special_tokens([a]) if a.special else tok.add_tokens([a])
        path = os.path.join(HERE, name + '.tokenizer.json')
        text = json.dumps(json.loads(tok.to_str()), ensure_ascii=False, separators=(',', ':'))
        open(path, 'w', encoding='utf-8', newline='\n').write(text + '\n')
        expected(Tokenizer.from_file(path), S, with_tokens([a.content for a in added]), os.path.join(HERE, name + '.expected.txt'))

    def bpe(pre, norm=None, size=700, **kw):
        tok = Tokenizer(models.BPE(**kw))
        tok.pre_tokenizer = pre
        if norm is not None: tok.normalizer = norm
        return tok

    def split(x): return pre_tokenizers.Split(Regex(x), 'isolated')
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)

    # GPT-2
    tok = bpe(pre_tokenizers.ByteLevel(add_prefix_space=False)); tok.decoder = decoders.ByteLevel(); tok.post_processor = processors.ByteLevel(trim_offsets=True)
    tok.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=600, initial_alphabet=byte_alphabet, special_tokens=['<|endoftext|>'], show_progress=False))
    done('gpt2', tok, [AddedToken('<|im_start|>', special=True, normalized=False), AddedToken('<|im_end|>', special=True, normalized=False), AddedToken('word', single_word=True, normalized=False), AddedToken('<L>', lstrip=True, normalized=False), AddedToken('<R>', rstrip=True, normalized=False), AddedToken('    ', normalized=True), AddedToken('  ', normalized=False)])
    # RoBERTa: prefix space, and a token that takes the space before it
    tok = bpe(pre_tokenizers.ByteLevel(add_prefix_space=True)); tok.decoder = decoders.ByteLevel()
    tok.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=500, initial_alphabet=byte_alphabet, special_tokens=['<s>', '<pad>', '</s>', '<unk>'], show_progress=False))
    tok.post_processor = processors.RobertaProcessing(('</s>', 2), ('<s>', 0))
    done('roberta', tok, [AddedToken('<mask>', lstrip=True, special=True, normalized=False)])
    # Llama 3: whole words, three digits, a begin
    tok = bpe(pre_tokenizers.Sequence([split(LLAMA3), byte_level]), ignore_merges=True); tok.decoder = decoders.ByteLevel()
    tok.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=600, initial_alphabet=byte_alphabet, show_progress=False))
    done_added = [AddedToken('<|begin_of_text|>', special=True, normalized=False), AddedToken('<|eot_id|>', special=True, normalized=False)]
    tok.add_special_tokens(done_added)
    tok.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), processors.TemplateProcessing(single='<|begin_of_text|> $A', pair='<|begin_of_text|> $A <|begin_of_text|>:1 $B:1', special_tokens=[('<|begin_of_text|>', tok.token_to_id('<|begin_of_text|>'))])])
    done('llama3', tok, done_added)
    # Qwen 2 and 3: NFC, single digits
    tok = bpe(pre_tokenizers.Sequence([split(QWEN2), byte_level]), normalizers.NFC()); tok.decoder = decoders.ByteLevel(); tok.post_processor = processors.ByteLevel(trim_offsets=False)
    tok.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=600, initial_alphabet=byte_alphabet, show_progress=False))
    done('qwen', tok, [AddedToken('<|endoftext|>', special=True, normalized=False), AddedToken('<think>', normalized=False), AddedToken('caf\u0065\u0301', normalized=True), AddedToken('<|im_end|>', special=True, normalized=True)])
    # SmolLM: digits apart, GPT-2's split
    tok = bpe(pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])); tok.decoder = decoders.ByteLevel()
    tok.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=450, initial_alphabet=byte_alphabet, show_progress=False))
    done('smollm', tok, [AddedToken('<|im_start|>', special=True, normalized=False)])
    # DeepSeek: three splits
    tok = bpe(pre_tokenizers.Sequence([split(r'\p{N}{1,3}'), split('[一-龥぀-ゟ゠-ヿ]+'), split(DEEPSEEK), byte_level]), normalizers.Sequence([])); tok.decoder = decoders.ByteLevel()
    tok.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=600, initial_alphabet=byte_alphabet, show_progress=False))
    done('deepseek', tok, [AddedToken('<｜User｜>', normalized=True), AddedToken('<｜end▁of▁sentence｜>', special=True, normalized=True)])
    # o200k
    tok = bpe(pre_tokenizers.Sequence([split(O200K), byte_level]), ignore_merges=True); tok.decoder = decoders.ByteLevel()
    tok.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=600, initial_alphabet=byte_alphabet, show_progress=False))
    done('o200k', tok, [AddedToken('<|start|>', special=True, normalized=False)])

    # with fallback to bytes: Llama 2 and Mistral by normalizers, Mistral and Llama in newer files by Metaspace, Gemma
    bytes256 = ['<0x%02X>' % i for i in range(256)]
    def fallback(norm, pre, size, byte_tokens=True, fuse=True):
        t = Tokenizer(models.BPE(unk_token='<unk>', fuse_unk=fuse, byte_fallback=byte_tokens))
        t.normalizer = norm
        if pre is not None: t.pre_tokenizer = pre
        # the trainer splits nothing by itself: words are given apart
        words = [w if i == 0 else ' ' + w for s in corpus for i, w in enumerate(s.split(' '))]
        t.train_from_iterator(words, trainers.BpeTrainer(vocab_size=size, special_tokens=['<unk>', '<s>', '</s>'] + (bytes256 if byte_tokens else []), limit_alphabet=150, show_progress=False))
        return t
    spaces = [normalizers.Prepend('▁'), normalizers.Replace(' ', '▁')]
    sp_decoder = lambda: decoders.Sequence([decoders.Replace('▁', ' '), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(' ', 1, 0)])
    tok = fallback(normalizers.Sequence(spaces), None, 800); tok.decoder = sp_decoder()
    tok.post_processor = processors.TemplateProcessing(single='<s> $A', pair='<s> $A <s>:1 $B:1', special_tokens=[('<s>', 1)])
    done('llama2', tok, [AddedToken('[INST]', normalized=False), AddedToken('<|x|>', normalized=True)])
    tok = fallback(normalizers.Sequence([]), pre_tokenizers.Metaspace(prepend_scheme='first', split=False), 700); tok.decoder = sp_decoder()
    done('mistral', tok, [AddedToken('[INST]', special=True, normalized=False), AddedToken('[/INST]', special=True, normalized=False)])
    tok = fallback(normalizers.Replace(' ', '▁'), pre_tokenizers.Split(' ', 'merged_with_previous'), 700)
    tok.decoder = decoders.Sequence([decoders.Replace('▁', ' '), decoders.ByteFallback(), decoders.Fuse()])
    tok.post_processor = processors.TemplateProcessing(single='<s> $A </s>', pair='<s> $A </s> $B </s>', special_tokens=[('<s>', 1), ('</s>', 2)])
    done('gemma', tok, [AddedToken('<start_of_turn>', special=True, normalized=False), AddedToken('\n\n', normalized=False), AddedToken('\n', normalized=False), AddedToken('▁▁', normalized=False)])
    tok = fallback(normalizers.Lowercase(), pre_tokenizers.Metaspace(), 400, byte_tokens=False, fuse=False); tok.decoder = decoders.Metaspace()
    done('bpe-unknown', tok, [AddedToken('<pad>', special=True, normalized=False), AddedToken('Mixed Case', normalized=True)])
    # words with an end, as CLIP has them
    tok = Tokenizer(models.BPE(unk_token='<unk>', end_of_word_suffix='</w>'))
    tok.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r'\s+'), ' '), normalizers.Lowercase()])
    tok.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), 'removed', invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tok.decoder = decoders.BPEDecoder('</w>')
    tok.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=700, initial_alphabet=byte_alphabet, special_tokens=['<unk>'], end_of_word_suffix='</w>', show_progress=False))
    tok.post_processor = processors.RobertaProcessing(('<|endoftext|>', 1), ('<|startoftext|>', 0), trim_offsets=False, add_prefix_space=False)
    done('clip', tok, [AddedToken('<|startoftext|>', special=True, normalized=True)])

    # Unigram
    def unigram(norm, pre, size, **kw):
        t = Tokenizer(models.Unigram()); t.normalizer = norm; t.pre_tokenizer = pre
        t.train_from_iterator(S[1:18] * 3, trainers.UnigramTrainer(vocab_size=size, show_progress=False, **kw))
        return t
    rules = normalizers.Precompiled(charsmap())
    tok = unigram(normalizers.Sequence([rules, normalizers.Strip(left=False, right=True), normalizers.Replace(Regex(' {2,}'), '▁')]), pre_tokenizers.Metaspace(prepend_scheme='always'), 500, special_tokens=['<pad>', '</s>', '<unk>'], unk_token='<unk>')
    tok.decoder = decoders.Metaspace(); tok.post_processor = processors.TemplateProcessing(single='$A </s>', pair='$A </s> $B </s>', special_tokens=[('</s>', 1)])
    done('t5', tok, [AddedToken('<extra_id_0>', special=True, normalized=False), AddedToken('<extra_id_1>', lstrip=True, rstrip=True, special=True, normalized=False)])
    tok = unigram(rules, pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme='always')]), 500, special_tokens=['<s>', '<pad>', '</s>', '<unk>'], unk_token='<unk>')
    tok.decoder = decoders.Metaspace(); tok.post_processor = processors.TemplateProcessing(single='<s> $A </s>', pair='<s> $A </s> </s> $B </s>', special_tokens=[('<s>', 0), ('</s>', 2)])
    done('xlm-roberta', tok, [AddedToken('<mask>', lstrip=True, special=True, normalized=False)])
    tok = unigram(normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(' {2,}'), ' ')]), pre_tokenizers.Metaspace(prepend_scheme='first', split=False), 420, special_tokens=['<unk>'], unk_token='<unk>')
    j = json.loads(tok.to_str()); j['model']['byte_fallback'] = True; j['model']['vocab'] += [['<0x%02X>' % i, -20.0] for i in range(256)]
    tok = Tokenizer.from_str(json.dumps(j)); tok.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace(prepend_scheme='first')])
    done('unigram-bytes', tok, [AddedToken('<sep>', special=True, normalized=False), AddedToken('ﬁrst', normalized=True)])

    # WordPiece
    def wordpiece(norm, pre, size):
        t = Tokenizer(models.WordPiece(unk_token='[UNK]', max_input_chars_per_word=30)); t.normalizer = norm; t.pre_tokenizer = pre; t.decoder = decoders.WordPiece()
        t.train_from_iterator(corpus, trainers.WordPieceTrainer(vocab_size=size, special_tokens=['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'], limit_alphabet=200, show_progress=False))
        t.post_processor = processors.BertProcessing(('[SEP]', t.token_to_id('[SEP]')), ('[CLS]', t.token_to_id('[CLS]')))
        return t
    done('bert', wordpiece(normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer(), 700), [AddedToken('[unused1]', special=True, normalized=False), AddedToken('Straße', normalized=True)])
    done('bert-cased', wordpiece(normalizers.BertNormalizer(lowercase=False), pre_tokenizers.BertPreTokenizer(), 700), [AddedToken('NASA', single_word=True, normalized=False)])
    tok = wordpiece(normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase(), normalizers.Strip()]), pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Punctuation('contiguous'), pre_tokenizers.Digits()]), 500); tok.decoder = decoders.WordPiece(cleanup=False)
    done('wordpiece-other', tok, [AddedToken('<x>', special=True, normalized=False)])
    # WordLevel
    tok = Tokenizer(models.WordLevel(unk_token='<unk>')); tok.normalizer = normalizers.NFKD(); tok.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tok.train_from_iterator(corpus, trainers.WordLevelTrainer(vocab_size=300, special_tokens=['<unk>'], show_progress=False))
    done('word-level', tok, [AddedToken('<eos>', special=True, normalized=False)])

if __name__ == '__main__':
    if len(sys.argv) == 3:
        tok = Tokenizer.from_file(sys.argv[2]); tok.no_padding(); tok.no_truncation()
        names = [t.content for _, t in sorted(tok.get_added_tokens_decoder().items())]
        expected(tok, strings(), with_tokens(names[:3] + names[len(names) // 2:len(names) // 2 + 1] + names[-2:]), os.path.join(HERE, sys.argv[1] + '.expected.txt'))
    else:
        make()
