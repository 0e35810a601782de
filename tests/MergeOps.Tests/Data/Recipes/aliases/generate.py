"""Writes cases.jsonl: random YAML with anchors, aliases and merge keys, and what PyYAML 6.0.3 reads in it.

python3 generate.py > cases.jsonl
"""
import json
import random

import yaml

SCALARS = ["1", "0.5", "-3", "true", "plain", "two words", "a/b@c", "'quoted, with comma'", '"tab\\tand \\"quote\\""', "null", "", "x{y}", "a,b", "'*'"]


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = 0
        self.known = []  # (name, kind) of anchors whose nodes are complete
        self.open = 0

    def pick(self, share):
        return self.random.random() < share

    def anchor(self, kind):
        """An anchor for the node that follows, or nothing; known to aliases once the node is complete."""
        if not self.pick(0.35):
            return "", None
        self.count += 1
        return f"&n{self.count} ", (f"n{self.count}", kind)

    def alias(self, *kinds):
        names = [name for name, kind in self.known if not kinds or kind in kinds]
        return self.random.choice(names) if names and self.pick(0.4) else None

    def key(self, used):
        name = f"k{self.random.randrange(9)}"
        while name in used:
            name = f"k{self.random.randrange(30)}"
        used.add(name)
        return name

    def done(self, anchored):
        if anchored:
            self.known.append(anchored)

    def flow(self, depth):
        name = self.alias()
        if name:
            return f"*{name}"
        kind = self.random.choice("smq") if depth > 0 else "s"
        mark, anchored = self.anchor(kind)
        if kind == "s":
            text = self.random.choice([s for s in SCALARS if s and not set(s) & set("{},") or s.startswith(("'", '"'))])
        elif kind == "q":
            text = "[" + ", ".join(self.flow(depth - 1) for _ in range(self.random.randrange(4))) + "]"
        else:
            used, parts = set(), []
            for _ in range(self.random.randrange(4)):
                parts.append(f"{self.key(used)}: {self.flow(depth - 1)}")
            source = self.alias("m")
            if source:
                parts.insert(self.random.randrange(len(parts) + 1), f"<<: *{source}")
            text = "{" + ", ".join(parts) + "}"
        self.done(anchored)
        return mark + text

    def value(self, indent, depth):
        """What follows 'key:'; begins with a space or a line break."""
        name = self.alias()
        if name:
            return f" *{name}" + ("  # why" if self.pick(0.2) else "") + "\n"
        if depth == 0 or self.pick(0.3):
            return " " + self.flow(1 if depth else 0) + "\n"
        kind = self.random.choice("smqb")
        mark, anchored = self.anchor("s" if kind == "b" else kind)
        mark = " " + mark.strip() if mark else ""
        pad = " " * indent
        if kind == "s":
            text = mark + " " + self.random.choice(SCALARS) + "\n"
        elif kind == "b":
            text = f"{mark} |\n{pad}  line one\n{pad}  line: two\n"
        elif kind == "q":
            items = [self.item(indent, depth - 1) for _ in range(1 + self.random.randrange(3))]
            text = mark + "\n" + "".join(pad + "- " + item for item in items)
        else:
            text = mark + "\n" + self.mapping(indent + 2, depth - 1, first=False)
        self.done(anchored)
        return text

    def item(self, indent, depth):
        name = self.alias()
        if name:
            return f"*{name}\n"
        if depth == 0 or self.pick(0.4):
            return self.flow(1 if depth else 0) + "\n"
        return self.mapping(indent + 2, depth - 1, first=True)

    def mapping(self, indent, depth, first):
        pad, used, lines = " " * indent, set(), []
        merges = 0
        for _ in range(1 + self.random.randrange(3)):
            source = self.alias("m")
            if source and merges == 0:
                merges += 1
                others = [name for name, kind in self.known if kind == "m"]
                if self.pick(0.3):
                    lines.append(f"<<: [{', '.join('*' + n for n in self.random.sample(others, min(2, len(others))))}]\n")
                elif self.pick(0.2):
                    lines.append(f"<<: {{{self.key(set())}: 7}}\n")
                else:
                    lines.append(f"<<: *{source}\n")
            else:
                lines.append(self.key(used) + ":" + self.value(indent, depth))
        text = "".join(pad + line for line in lines)
        return text[indent:] if first else text


seen = 0
seed = 0
while seen < 120:
    seed += 1
    text = Writer(seed).mapping(0, 3, first=False)
    if "*" not in text.replace("'*'", "") or len(text) > 1200:
        continue
    print(json.dumps({"yaml": text, "means": yaml.safe_load(text)}, sort_keys=True))
    seen += 1
