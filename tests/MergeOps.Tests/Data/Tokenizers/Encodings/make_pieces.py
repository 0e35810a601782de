"""Writes what the real SentencePiece library does: small models of both kinds with the ids and texts of each string of strings.json.

    python3 make_pieces.py                       writes pieces-<kind>.model and pieces-<kind>.expected.txt beside itself
"""
import io, json, os
import sentencepiece as spm

HERE = os.path.dirname(os.path.abspath(__file__))
S = json.load(open(os.path.join(HERE, 'strings.json'), encoding='utf-8'))
S += ['<mask>', 'a<mask>b', ' <mask> <mask>', '<|im_start|>', '<sep>x', 'a <mask>', '   lead', 'trail   ', 'two  three   spaces', '<s>', '▁▁', '<mask><mask>é']
CORPUS = [t for t in S[1:18] if t.strip()] * 8

def escaped(text):
    return json.dumps(text, ensure_ascii=False)

def make(name, **options):
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(sentence_iterator=iter(CORPUS), model_writer=model, hard_vocab_limit=False, character_coverage=0.99, minloglevel=2, **options)
    open(os.path.join(HERE, f'pieces-{name}.model'), 'wb').write(model.getvalue())
    sp = spm.SentencePieceProcessor(model_proto=model.getvalue())
    lines = ['sentencepiece ' + spm.__version__]
    for text in S:
        ids = sp.encode(text)
        lines.append(' '.join(map(str, ids)) + '\t' + escaped(text) + '\t' + escaped(sp.decode(ids)))
    open(os.path.join(HERE, f'pieces-{name}.expected.txt'), 'w', encoding='utf-8', newline='\n').write('\n'.join(lines) + '\n')

make('bpe-bytes', vocab_size=600, model_type='bpe', byte_fallback=True, user_defined_symbols=['<mask>', '<sep>'], control_symbols=['<|im_start|>'], normalization_rule_name='identity', remove_extra_whitespaces=False)
make('bpe', vocab_size=400, model_type='bpe', normalization_rule_tsv=os.path.join(HERE, 'rules.tsv'))
make('unigram', vocab_size=400, model_type='unigram', user_defined_symbols=['<mask>'], normalization_rule_name='nmt_nfkc')
make('unigram-bytes', vocab_size=700, model_type='unigram', byte_fallback=True, normalization_rule_name='identity', add_dummy_prefix=False)
make('unigram-suffix', vocab_size=300, model_type='unigram', treat_whitespace_as_suffix=True, normalization_rule_tsv=os.path.join(HERE, 'rules.tsv'))
