"""Writes what jinja2 renders, set up as transformers sets it up: templates.json (small templates, one for each feature) and real.json (conversations for the templates of real models).

    python3 make_templates.py [FOLDER]     FOLDER holds tokenizer-<model>/models/tokenizer_config.json for real.json
"""
import datetime, glob, json, os, sys
import jinja2
from transformers.utils import chat_template_utils

HERE = os.path.dirname(os.path.abspath(__file__))

class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 11, 29, 15, 4, 5)

chat_template_utils.datetime = Clock

M = [{'role': 'system', 'content': 'Be brief.'}, {'role': 'user', 'content': ' Hi 😀 "q" <b> '}, {'role': 'assistant', 'content': 'Hello\nthere'}, {'role': 'user', 'content': 'Bye'}]
TOOLS = [{'type': 'function', 'function': {'name': 'get_weather', 'description': 'Wetter für "Ort"', 'parameters': {'type': 'object', 'properties': {'city': {'type': 'string', 'enum': ['Köln', 'X/Y']}, 'days': {'type': 'integer', 'default': 3}, 'x': {'type': ['number', 'null'], 'minimum': -1.5}}, 'required': ['city']}}}]
CALL = [{'role': 'user', 'content': 'Weather?'}, {'role': 'assistant', 'content': '', 'tool_calls': [{'id': 'call00001', 'type': 'function', 'function': {'name': 'get_weather', 'arguments': {'city': 'Köln', 'days': 2}}}]}, {'role': 'tool', 'tool_call_id': 'call00001', 'name': 'get_weather', 'content': '{"t": 3}'}, {'role': 'assistant', 'content': 'It is 3 °C.'}]
V = {'messages': M, 'tools': None, 'documents': None, 'add_generation_prompt': True, 'bos_token': '<s>', 'eos_token': '</s>', 'n': 3, 'f': 2.5, 'items': [3, 1, 2], 'd': {'b': 1, 'a': [1, 'x'], 'items': 7}, 's': ' a,b , C ', 'e': 'naïve 😀'}

SMALL = '''
{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m['content'] }}{{ eos_token }}{% endfor %}
{%- for m in messages -%} [{{ loop.index }}/{{ loop.length }} {{ loop.first }} {{ loop.last }} {{ loop.revindex0 }} {{ loop.cycle('x', 'y') }}] {%- endfor %}
  {% if n > 2 and not (f < 1 or n == 4) %}yes{% elif n %}maybe{% else %}no{% endif %}  end
line\\n  {%- if true -%}  trimmed  {%- endif -%}  \\nafter
  {% set x = 1 %}\\n  {% set y = x + 1 %}\\n{{ x }} {{ y }}\\n
{#- comment -#} a {# c #} b\\n   {# whole line #}\\nc
  {%+ if true %}kept{% endif +%}\\nnext
{{- 'a' -}}   {{ 'b' }}   {{- 'c' }}
{% raw %}{{ not }} {% this %}{% endraw %}|{%- raw -%}  x  {%- endraw -%}  y
{{ 'it''s' }} {{ "q\\\\"q" }} {{ 'a\\\\nb\\\\tc\\\\\\\\d\\\\x41\\\\u00e9' }} {{ '\\\\d' }}
{{ 1 + 2 * 3 ** 2 // 4 - 7 % 4 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ 1e3 }} {{ 1.0 }} {{ 0.1 + 0.2 }} {{ 1e16 }} {{ 1e-5 }} {{ 123456789012.5 }}
{{ 1 == 1.0 }} {{ true == 1 }} {{ none == none }} {{ 'a' < 'b' }} {{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }} {{ [1, 2] < [1, 3] }} {{ 'a' in 'cat' }} {{ 4 not in items }} {{ 'b' in d }}
{{ none }} {{ true }} {{ false }} {{ [1, 'a', none, true, 2.0, "it's"] }} {{ (1,) }} {{ (1, 2) }} {{ () }} {{ {'a': 1, 'b': [2]} }} {{ d }}
{{ missing }}|{{ missing is defined }}|{{ missing | default('x') }}|{{ none | default('y') }}|{{ '' | default('z', true) }}|{{ missing ~ 'k' }}|{{ messages[9] }}|{{ d.zz }}|{{ missing | length }}
{{ missing.attr }}
{{ messages[-1].role }} {{ messages[0]['role'] }} {{ items[1:] }} {{ items[::-1] }} {{ s[1:3] }} {{ e[-1] }} {{ e[::2] }} {{ items[-2:] }} {{ items[5:] }} {{ items[:-1] }} {{ s[10:2:-2] }}
{{ d.items() | list }} {{ d['items'] }} {{ d.get('q', 5) }} {{ d.get('b') }} {{ d.keys() | list }} {{ d.values() | list }} {{ d.get('zz') }}
{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %} {% for k in d %}{{ k }}{% endfor %} {% for c in e %}{{ c }}.{% endfor %}
{% for i in items if i > 1 %}{{ loop.index0 }}:{{ i }} {% else %}none{% endfor %}|{% for i in [] %}x{% else %}empty{% endfor %}
{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %} {{ range(2, 10, 3) | list }} {{ range(3, 0, -1) | list }}
{% for i in items %}{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }} {{ loop.changed(i > 1) }};{% endfor %}
{% set ns = namespace(a=1, found=false) %}{% for i in items %}{% set ns.a = ns.a + i %}{% set q = i %}{% endfor %}{{ ns.a }} {{ ns.found }} {{ q is defined }} {{ ns.zz is defined }}
{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set t = (1, 2, 3) %}{{ t }}{% for x, (y, z) in [(1, (2, 3))] %}{{ x }}{{ y }}{{ z }}{% endfor %}
{% set block %}  hi {{ n }} {% endset %}[{{ block }}]{% set up | upper | trim %} abc {% endset %}[{{ up }}]
{% macro hello(name, greeting='Hi', n=n) %}{{ greeting }} {{ name }}{{ n }}!{% endmacro %}{{ hello('A') }}{{ hello('B', greeting='Yo') }}{{ hello() }}{% set q = hello('C') %}{{ q | length }}
{% macro tree(x) %}{{ x }}{% if x > 0 %},{{ tree(x - 1) }}{% endif %}{% endmacro %}{{ tree(4) }}
{% macro wrap() %}<{{ caller() }}>{% endmacro %}{% call wrap() %}inner {{ n }}{% endcall %}
{% with x = 1, y = n %}{{ x }}{{ y }}{% endwith %}{{ x }} {% filter upper %}abc{% endfilter %} {% generation %}gen{% endgeneration %}
{{ s | trim }}| {{ s.strip() }}|{{ s.lstrip() }}|{{ s.rstrip() }}|{{ s.strip(' a') }}|{{ s.split(',') }}|{{ s.split() }}|{{ 'a  b c'.split(' ') }}|{{ 'a-b-c'.split('-', 1) }}|{{ 'a-b-c'.rsplit('-', 1) }}
{{ s.upper() }}{{ s | lower }}{{ 'hello wORLD' | title }}{{ 'hello wORLD' | capitalize }}{{ 'hello wORLD'.title() }}{{ e | upper }}{{ 'ÄÖ'.lower() }}
{{ 'abc'.startswith('ab') }}{{ 'abc'.endswith(('x', 'c')) }}{{ 'abcabc'.replace('b', 'X') }}{{ 'abcabc'.replace('b', 'X', 1) }}{{ 'aaa' | replace('a', 'b', 2) }}{{ 'abc'.find('c') }}{{ 'abcb'.count('b') }}{{ ','.join(['a', 'b']) }}{{ 'a\\\\nb'.splitlines() }}
{{ items | join(', ') }} {{ items | sort }} {{ items | sort(reverse=true) }} {{ items | first }} {{ items | last }} {{ items | length }} {{ items | sum }} {{ items | max }} {{ items | min }} {{ items | reverse | list }} {{ 'abc' | reverse }} {{ [1, 1, 2] | unique | list }}
{{ messages | map(attribute='role') | list }} {{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | join('|') }} {{ messages | rejectattr('role', 'eq', 'user') | list | length }} {{ items | select('odd') | list }} {{ items | reject('gt', 2) | list }} {{ ['a', 'b'] | map('upper') | list }} {{ [0, 1] | select | list }}
{% set g = messages | selectattr('role', 'equalto', 'user') %}{% for m in g %}1{% endfor %}{% for m in g %}2{% endfor %}
{{ d | tojson }} {{ tools | tojson }} {{ e | tojson }} {{ [1.0, true, none, 'a"b\\\\\\\\', '\\\\n\\\\x01/<>&'] | tojson }} {{ {'z': 1, 'a': 2} | tojson(sort_keys=true) }} {{ e | tojson(ensure_ascii=true) }}
{{ d | tojson(indent=2) }}\\n{{ [] | tojson(indent=4) }}{{ {} | tojson(indent=4) }} {{ d | tojson(separators=(',', ':')) }}
{{ d | dictsort }} {{ d | items | list }} {{ 'a' | string }} {{ '12' | int }} {{ 'x' | int }} {{ 3.9 | int }} {{ '2.5' | float }} {{ -3 | abs }} {{ 2.5 | round }} {{ '1' | int + 1 }} {{ 3.7 | int }}
{{ "l1\\\\nl2\\\\n\\\\nl3" | indent(2) }}|{{ "l1\\\\nl2" | indent(4, true) }}|{{ "l1\\\\n\\\\nl2" | indent(width=2, first=false, blank=true) }}
{{ 'x' is string }} {{ d is mapping }} {{ items is sequence }} {{ d is sequence }} {{ items is iterable }} {{ 'a' is iterable }} {{ n is number }} {{ f is float }} {{ n is integer }} {{ true is integer }} {{ true is boolean }} {{ none is none }} {{ n is odd }} {{ n is even }} {{ n is divisibleby 3 }} {{ n is not none }} {{ 'A' is upper }} {{ 'a' is in 'abc' }} {{ n is eq 3 }} {{ n is ge(2) }} {{ missing is undefined }} {{ none is defined }} {{ raise_exception is callable }} {{ true is true }} {{ 1 is true }} {{ x is sameas none }}
{{ 'a' if n else 'b' }} {{ 'a' if missing }}| {{ ('x' if f else 'y') ~ n ~ none ~ 1.5 }} {{ 'a' 'b' }} {{ 'ab' * 3 }} {{ [1] + [2] }} {{ (1, 2) + (3,) }} {{ not n }} {{ n or 5 }} {{ 0 or '' }} {{ n and 'z' }}
{{ strftime_now('%d %B %Y %b %a %A %H:%M:%S %y %m %I %p %-d %%') }}
{{ raise_exception('No ' ~ n) }}
{% if messages[0].role != 'user' %}{{ raise_exception("Conversation must start with a user") }}{% endif %}
{{ dict(a=1, b='x') }} {{ dict(d, z=1) | length }} {% set j = joiner(', ') %}{% for i in items %}{{ j() }}{{ i }}{% endfor %}
{{ messages.count(1) }} {{ items.index(2) }} {{ [1, [2, [3]]] }} {{ 'x'.foo }}|{{ none.foo }}|{{ n.foo }}
{{ items[n] }}|{{ 'abc'[1] }}|{{ 'abc'[9] }}|{{ items['a'] }}|{{ none[0] }}
{% for m in messages %}{% if loop.index0 % 2 == 0 %}{{ m.content | trim }}{% endif %}{% for c in m.role %}{{ loop.depth }}{% endfor %}{% endfor %}
{{ "%" }} {{ '{' }} } {{ '}}' }} { {{ "{%" }}
{%- set x = [1,2] %}{%- for i in x %}{{ i }}{% if not loop.last %}, {% endif %}{% endfor -%}\\n\\n
text {% if true %}\\n    indented\\n{% endif %}\\n   {% if false %}no{% endif %}\\n  tail  {{ n }}\\n\\n
{% if tools is not none and tools %}t{% elif documents is none %}d{% endif %}{{ (messages | length) - 1 }}{{ messages | length - 1 }}{{ n|string + 'a' }}
{{ {'a': 1}.a }} {{ {'a': {'b': 2}}['a']['b'] }} {{ [1,2,3,] }} {{ {'k': 1,} }} {{ d['a'][1] }} {{ d.a.1 }} {{ ('a', 'b')[0] }}
{{ 10 }} {{ 1_000 }} {{ 0x1f }} {{ +3 }} {{ - 3 }} {{ not not 1 }} {{ 1 if 0 else 2 if 0 else 3 }}
{{ missing() }}
{{ missing + 'a' }}
{{ 'a' + 1 }}
{{ 1 / 0 }}
{% for x in 5 %}{% endfor %}
{{ d.update({'q': 1}) }}
{{ items.append(4) }}
{{ ''.__class__ }}
{% if %}x{% endif %}
{{ 'unclosed }}
{% for x in items %}{{ x }}
{{ messages[0].content[0] }} {{ messages[0].content | first }} {{ s.strip().split(',')[-1].lstrip('x ') }}
{{ e | length }} {{ e | list }} {{ e[5:] }} {{ 'é' in e }} {{ e.split('ï') }} {{ e | tojson | length }}
'''.strip('\n').split('\n')

def render(template, variables):
    env_template = chat_template_utils._cached_compile_jinja_template.__wrapped__(template) if hasattr(chat_template_utils._cached_compile_jinja_template, '__wrapped__') else chat_template_utils._cached_compile_jinja_template(template)
    return env_template.render(**variables)

def case(name, template, variables):
    try:
        return {'name': name, 'template': template, 'variables': variables, 'expected': render(template, variables)}
    except Exception as error:
        return {'name': name, 'template': template, 'variables': variables, 'expected': None, 'error': f'{type(error).__name__}: {error}'}

def conversations():
    yield 'plain', dict(V, messages=M)
    yield 'user', dict(V, messages=M[1:2], add_generation_prompt=False)
    yield 'no system', dict(V, messages=M[1:3])
    yield 'tools', dict(V, messages=CALL, tools=TOOLS)
    yield 'tools in text', dict(V, messages=[CALL[0], dict(CALL[1], tool_calls=[{'id': 'call00001', 'type': 'function', 'function': {'name': 'f', 'arguments': '{"a": 1}'}}], content=None), CALL[2]])
    yield 'parts', dict(V, messages=[{'role': 'user', 'content': [{'type': 'text', 'text': 'What?'}, {'type': 'image'}]}])
    yield 'thinking', dict(V, messages=[M[1], {'role': 'assistant', 'content': '<think>\nhm\n</think>\n\nYes', 'reasoning_content': 'because'}, M[3]], enable_thinking=False)
    yield 'thought', dict(V, messages=[M[1], {'role': 'assistant', 'content': '<think>\nhm\n</think>\n\nYes'}, M[3], {'role': 'assistant', 'content': '<think>x</think>No'}])
    yield 'wrong order', dict(V, messages=[M[2], M[2], M[1], M[1]])

if __name__ == '__main__':
    small = [case('%03d' % i, t.replace('\\n', '\n').replace('\\\\', '\\'), V) for i, t in enumerate(SMALL)]
    for c in small: del c['variables']
    json.dump({'jinja2': jinja2.__version__, 'variables': V, 'cases': small}, open(os.path.join(HERE, 'templates.json'), 'w', encoding='utf-8'), ensure_ascii=False, indent=0)
    if len(sys.argv) > 1:
        real = []
        for path in sorted(glob.glob(os.path.join(sys.argv[1], 'tokenizer-*', 'models', 'tokenizer_config.json'))):
            template, name = json.load(open(path, encoding='utf-8')).get('chat_template'), path.split('tokenizer-')[1].split('/')[0]
            if not template: continue
            for kind, variables in conversations():
                c = case(name + ' ' + kind, template, variables)
                real.append({'model': name, 'conversation': kind, 'expected': c['expected']})
        json.dump({'conversations': dict(conversations()), 'cases': real}, open(os.path.join(HERE, 'real.json'), 'w', encoding='utf-8'), ensure_ascii=False, indent=0)
