using System.Globalization;
using System.Text;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Patterns;

/// <summary>
/// Reads regular expressions as Oniguruma does in Ruby's syntax, which is what the tokenizers library uses, on code points. What it reads in a way
/// that is not certain, or what no tokenizer needs, is refused by name.
/// </summary>
internal sealed class PatternParser
{
    private const int LongestPattern = 20_000;
    private const int DeepestNesting = 60;
    private const int MostRepeats = 1000;

    // two letters that one character stands for when case is ignored, such as ﬁ
    private static readonly string[] Ligatures = ["ss", "st", "ff", "fi", "fl"];

    private readonly int[] pattern;
    private int place;
    private int depth;
    private bool ignoresCase;

    private PatternParser(int[] pattern) => this.pattern = pattern;

    private bool IsAtEnd => place == pattern.Length;

    /// <summary>The expression as a tree.</summary>
    /// <exception cref="PatternFault">It is broken, or not exact here.</exception>
    public static PatternNode Parse(string pattern)
    {
        if (pattern.Length > LongestPattern)
        {
            throw new PatternFault($"has {pattern.Length:N0} characters");
        }

        var parser = new PatternParser([.. pattern.EnumerateRunes().Select(rune => rune.Value)]);
        if (parser.Skips("(?i)"))
        {
            parser.ignoresCase = true;
        }

        var node = parser.Choice();
        return parser.IsAtEnd ? node : throw new PatternFault("has a ) too many");
    }

    private PatternNode Choice()
    {
        if (++depth > DeepestNesting)
        {
            throw new PatternFault("is nested too deeply");
        }

        var parts = new List<PatternNode> { Row() };
        while (Skips("|"))
        {
            parts.Add(Row());
        }

        depth--;
        return parts is [var only] ? only : new PatternNode.Choice(parts);
    }

    private PatternNode Row()
    {
        var (parts, letters) = (new List<PatternNode>(), new StringBuilder());
        while (!IsAtEnd && Peek() is not ('|' or ')'))
        {
            var from = place;
            var part = Quantified(Atom());
            parts.Add(part);
            letters.Append(ignoresCase && place == from + 1 && pattern[from] < 0x80 ? char.ToLowerInvariant((char)pattern[from]) : '\n');
        }

        return Ligatures.FirstOrDefault(pair => letters.ToString().Contains(pair, StringComparison.Ordinal)) is { } ligature
            ? throw new PatternFault($"ignores the case of '{ligature}', which has a ligature")
            : parts is [var only] ? only : new PatternNode.Row(parts);
    }

    private PatternNode Quantified(PatternNode atom)
    {
        while (!IsAtEnd && Quantifier() is var (least, most, isInterval))
        {
            if (atom is PatternNode.Anchor or PatternNode.Ahead or PatternNode.Behind)
            {
                throw new PatternFault("repeats a place");
            }

            if (atom.CanBeEmpty && most > 1)
            {
                throw new PatternFault("repeats what may be empty");
            }

            if (isInterval && !IsAtEnd && (Peek() == '+' || (Peek() == '?' && least == most)))
            {
                throw new PatternFault("has a mark behind an interval");
            }

            var isLazy = Skips("?");
            atom = new PatternNode.Repeat(atom, least, most, isLazy);
            if (!isLazy && !isInterval && Skips("+"))
            {
                atom = new PatternNode.Atomic(atom);
            }

            if (!IsAtEnd && Peek() is '?' or '*' or '+' or '{')
            {
                throw new PatternFault("repeats a repetition");
            }
        }

        return atom;
    }

    private (int Least, int Most, bool IsInterval)? Quantifier()
    {
        switch (Peek())
        {
            case '?':
                place++;
                return (0, 1, false);
            case '*':
                place++;
                return (0, int.MaxValue, false);
            case '+':
                place++;
                return (1, int.MaxValue, false);
            case '{':
                place++;
                return Interval();
            default:
                return null;
        }
    }

    private (int Least, int Most, bool IsInterval) Interval()
    {
        var least = Number();
        var most = !Skips(",") ? least : Peek() == '}' ? int.MaxValue : Number();
        if (least is null && most is null or int.MaxValue || !Skips("}"))
        {
            throw new PatternFault("has a { that begins no interval");
        }

        return (least ?? 0, most!.Value, true) is var interval && interval.Item1 <= interval.Item2 ? interval : throw new PatternFault("has an interval that is empty");
    }

    private int? Number()
    {
        var from = place;
        while (!IsAtEnd && Peek() is >= '0' and <= '9')
        {
            place++;
        }

        return place == from ? null
            : place - from <= 4 && int.Parse(TextFrom(from), NumberStyles.None, CultureInfo.InvariantCulture) is var number && number <= MostRepeats ? number
            : throw new PatternFault($"repeats something more than {MostRepeats} times");
    }

    private PatternNode Atom()
    {
        var point = Next();
        switch (point)
        {
            case '(':
                return Group();
            case '[':
                return new PatternNode.Set(new ClassParser(this).Read());
            case '.':
                return new PatternNode.Set(CodePointSet.Of('\n').Complement());
            case '^':
                return new PatternNode.Anchor(AnchorKind.LineStart);
            case '$':
                return new PatternNode.Anchor(AnchorKind.LineEnd);
            case '*' or '+' or '?' or '{':
                throw new PatternFault("repeats nothing");
            case '\\':
                return Escaped();
            default:
                return Literal(point);
        }
    }

    private PatternNode.Set Literal(int point) => new(Folded(CodePointSet.Of(point)));

    private PatternNode Escaped()
    {
        AnchorKind? anchor = (IsAtEnd ? 0 : Peek()) switch
        {
            'A' => AnchorKind.TextStart,
            'z' => AnchorKind.TextEnd,
            'Z' => AnchorKind.LastLineEnd,
            'b' => AnchorKind.WordBorder,
            'B' => AnchorKind.NoWordBorder,
            _ => null,
        };
        if (anchor is { } kind)
        {
            place++;
            return new PatternNode.Anchor(kind);
        }

        return EscapedSet(CharacterClasses.BareWord) is { } set ? new PatternNode.Set(set) : Literal(EscapedPoint());
    }

    // a class that an escape stands for; null where it stands for one character
    private CodePointSet? EscapedSet(CodePointSet word)
    {
        var letter = IsAtEnd ? throw new PatternFault("ends with a backslash") : Peek();
        var set = letter switch
        {
            's' or 'S' => CharacterClasses.WhiteSpace,
            'd' or 'D' => Categories.Of("Nd"),
            'w' or 'W' => word,
            'h' or 'H' => CodePointSet.Of([('0', '9'), ('A', 'F'), ('a', 'f')]),
            _ => null,
        };
        if (set is not null)
        {
            place++;
            return letter is >= 'A' and <= 'Z' ? set.Complement() : set;
        }

        if (letter is not ('p' or 'P'))
        {
            return null;
        }

        place++;
        if (ignoresCase)
        {
            throw new PatternFault("ignores the case of a property");
        }

        if (!Skips("{"))
        {
            throw new PatternFault("has a property without its name");
        }

        var isNegated = letter == 'P' ^ Skips("^");
        var from = place;
        while (!IsAtEnd && Peek() != '}')
        {
            place++;
        }

        var name = TextFrom(from);
        if (!Skips("}") || (Categories.Find(name) ?? CharacterClasses.Script(name)) is not { } property)
        {
            throw new PatternFault($"has the property '{name}', which has no exact implementation here");
        }

        return isNegated ? property.Complement() : property;
    }

    private int EscapedPoint()
    {
        var point = Next();
        switch (point)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 'f':
                return '\f';
            case 'v':
                return '\v';
            case 'a':
                return '\a';
            case 'e':
                return 0x1B;
            case 'u':
                return Hex(4, 4);
            case 'x' when Skips("{"):
                var inBraces = Hex(1, 6);
                return Skips("}") ? inBraces : throw new PatternFault("has an escape without its end");
            case 'x':
                // more than that would be a byte of UTF-8
                return Hex(2, 2) is var ascii && ascii < 0x80 ? ascii : throw new PatternFault("has a byte beyond ASCII");
            case (>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or >= 0x80:
                throw new PatternFault($"has the escape '\\{char.ConvertFromUtf32(point)}', which has no exact implementation here");
            default:
                return point;
        }
    }

    private int Hex(int least, int most)
    {
        var from = place;
        while (!IsAtEnd && place - from < most && Peek() is (>= '0' and <= '9') or (>= 'A' and <= 'F') or (>= 'a' and <= 'f'))
        {
            place++;
        }

        return place - from >= least
            && int.Parse(TextFrom(from), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var point && Rune.IsValid(point)
                ? point
                : throw new PatternFault("has an escape that is no character");
    }

    private PatternNode Group()
    {
        var caseOutside = ignoresCase;
        Func<PatternNode, PatternNode> made = node => node;
        if (Skips("?"))
        {
            made = GroupKind();
        }

        var inner = Choice();
        ignoresCase = caseOutside;
        return Skips(")") ? made(inner) : throw new PatternFault("has a ( too many");
    }

    private Func<PatternNode, PatternNode> GroupKind()
    {
        if (Skips(":"))
        {
            return node => node;
        }

        if (Skips("i:"))
        {
            ignoresCase = true;
            return node => node;
        }

        if (Skips("-i:"))
        {
            ignoresCase = false;
            return node => node;
        }

        if (Skips(">"))
        {
            return node => new PatternNode.Atomic(node);
        }

        if (Skips("=") || Skips("!"))
        {
            var isNegated = pattern[place - 1] == '!';
            return node => new PatternNode.Ahead(node, isNegated);
        }

        if (Skips("<=") || Skips("<!"))
        {
            var isNegated = pattern[place - 1] == '!';
            return node => node is PatternNode.Set set
                ? new PatternNode.Behind(set.Points, isNegated)
                : throw new PatternFault("looks behind for more than one character");
        }

        throw new PatternFault("has a group of a kind that has no exact implementation here");
    }

    private CodePointSet Folded(CodePointSet set)
    {
        if (!ignoresCase)
        {
            return set;
        }

        var points = new HashSet<int>();
        foreach (var (first, last) in set.Ranges)
        {
            if (last >= 0x80)
            {
                throw new PatternFault("ignores the case of characters beyond ASCII");
            }

            points.UnionWith(Enumerable.Range(first, last - first + 1).SelectMany(Variants));
        }

        return CodePointSet.Of([.. points]);
    }

    private static IEnumerable<int> Variants(int point) => (char)point switch
    {
        'k' or 'K' => ['k', 'K', 0x212A],
        's' or 'S' => ['s', 'S', 0x17F],
        _ => [char.ToLowerInvariant((char)point), char.ToUpperInvariant((char)point)],
    };

    private int Peek() => IsAtEnd ? -1 : pattern[place];

    private int Next() => IsAtEnd ? throw new PatternFault("ends too early") : pattern[place++];

    private bool Skips(string text)
    {
        if (pattern.Length - place < text.Length || text.Where((letter, i) => pattern[place + i] != letter).Any())
        {
            return false;
        }

        place += text.Length;
        return true;
    }

    private string TextFrom(int from) => string.Concat(pattern[from..place].Select(char.ConvertFromUtf32));

    /// <summary>Reads what stands between square brackets.</summary>
    private sealed class ClassParser(PatternParser parser)
    {
        private static readonly (string Name, Func<CodePointSet> Points)[] Posix =
        [
            ("[:digit:]", () => Categories.Of("Nd")),
            ("[:space:]", () => CharacterClasses.WhiteSpace),
            ("[:word:]", () => CharacterClasses.Word),
            ("[:punct:]", () => Categories.Of("P", "S")),
            ("[:cntrl:]", () => Categories.Of("Cc")),
            ("[:blank:]", () => CodePointSet.Union([Categories.Of("Zs"), CodePointSet.Of('\t')])),
            ("[:graph:]", () => Categories.Of("Z", "Cc", "Cn", "Cs").Complement()),
            ("[:xdigit:]", () => CodePointSet.Of([('0', '9'), ('A', 'F'), ('a', 'f')])),
        ];

        public CodePointSet Read()
        {
            if (++parser.depth > DeepestNesting)
            {
                throw new PatternFault("is nested too deeply");
            }

            var isNegated = parser.Skips("^");
            var (sets, singles) = (new List<CodePointSet>(), new List<CodePointSet>());
            if (!parser.IsAtEnd && parser.Peek() == ']')
            {
                throw new PatternFault("has an empty class");
            }

            while (!parser.Skips("]"))
            {
                ReadMember(sets, singles);
            }

            if (parser.ignoresCase && sets.Count > 0)
            {
                throw new PatternFault("ignores the case of a class of characters");
            }

            parser.depth--;
            var all = CodePointSet.Union([.. sets, parser.Folded(CodePointSet.Union(singles))]);
            return isNegated ? all.Complement() : all;
        }

        private void ReadMember(List<CodePointSet> sets, List<CodePointSet> singles)
        {
            if (parser.Skips("&&"))
            {
                throw new PatternFault("intersects classes");
            }

            if (!parser.IsAtEnd && parser.Peek() == '[')
            {
                var named = Posix.FirstOrDefault(posix => parser.Skips(posix.Name));
                if (named.Points is null && parser.Skips("[:"))
                {
                    throw new PatternFault("has a class in colons that has no exact implementation here");
                }

                if (named.Points is null)
                {
                    parser.place++;
                }

                sets.Add(named.Points?.Invoke() ?? new ClassParser(parser).Read());
                return;
            }

            if (Point(sets) is not { } first)
            {
                return;
            }

            var last = first;
            if (!parser.IsAtEnd && parser.Peek() == '-' && parser.place + 1 < parser.pattern.Length && parser.pattern[parser.place + 1] != ']')
            {
                parser.place++;
                last = Point(sets) is { } end && end >= first ? end : throw new PatternFault("has a range without an end");
            }

            singles.Add(CodePointSet.Of([(first, last)]));
        }

        // one character; null where it was a class
        private int? Point(List<CodePointSet> sets)
        {
            var point = parser.Next();
            if (point != '\\')
            {
                return point == '[' ? throw new PatternFault("has a range that ends in a class") : point;
            }

            if (parser.EscapedSet(CharacterClasses.Word) is { } set)
            {
                sets.Add(set);
                return null;
            }

            return !parser.IsAtEnd && parser.Peek() == 'b' ? throw new PatternFault("has the escape '\\b' in a class") : parser.EscapedPoint();
        }
    }
}
