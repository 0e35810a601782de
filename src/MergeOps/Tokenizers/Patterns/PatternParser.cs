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

    private readonly PatternReader reader;
    private readonly LetterCase letterCase = new();
    private readonly EscapeParser escapes;
    private readonly ClassParser classes;
    private readonly QuantifierParser quantifiers;

    private PatternParser(PatternReader reader)
    {
        this.reader = reader;
        escapes = new(reader, letterCase);
        classes = new(reader, escapes, letterCase);
        quantifiers = new(reader);
    }

    /// <summary>The expression as a tree.</summary>
    /// <exception cref="PatternFault">It is broken, or not exact here.</exception>
    public static PatternNode Parse(string pattern)
    {
        if (pattern.Length > LongestPattern)
        {
            throw new PatternFault($"has {pattern.Length:N0} characters");
        }

        var parser = new PatternParser(new([.. pattern.EnumerateRunes().Select(rune => rune.Value)]));
        if (parser.reader.Skips("(?i)"))
        {
            parser.letterCase.IsIgnored = true;
        }

        var node = parser.Choice();
        return parser.reader.IsAtEnd ? node : throw new PatternFault("has a ) too many");
    }

    private PatternNode Choice()
    {
        reader.Enter();
        var parts = new List<PatternNode> { Row() };
        while (reader.Skips("|"))
        {
            parts.Add(Row());
        }

        reader.Leave();
        return parts is [var only] ? only : new PatternNode.Choice(parts);
    }

    private PatternNode Row()
    {
        var (parts, letters) = (new List<PatternNode>(), new StringBuilder());
        while (!reader.IsAtEnd && reader.Peek() is not ('|' or ')'))
        {
            var from = reader.Place;
            var part = quantifiers.Quantified(Atom());
            parts.Add(part);
            letters.Append(reader.Place == from + 1 ? letterCase.LetterOf(reader[from]) : '\n');
        }

        LetterCase.RequireNoLigature(letters.ToString());
        return parts is [var only] ? only : new PatternNode.Row(parts);
    }

    private PatternNode Atom()
    {
        var point = reader.Next();
        switch (point)
        {
            case '(':
                return Group();
            case '[':
                return new PatternNode.Set(classes.Read());
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

    private PatternNode.Set Literal(int point) => new(letterCase.Folded(CodePointSet.Of(point)));

    private PatternNode Escaped() =>
        escapes.Anchor() is { } place ? new PatternNode.Anchor(place)
        : escapes.Set(CharacterClasses.BareWord) is { } set ? new PatternNode.Set(set)
        : Literal(escapes.Point());

    private PatternNode Group()
    {
        var caseOutside = letterCase.IsIgnored;
        Func<PatternNode, PatternNode> made = node => node;
        if (reader.Skips("?"))
        {
            made = GroupKind();
        }

        var inner = Choice();
        letterCase.IsIgnored = caseOutside;
        return reader.Skips(")") ? made(inner) : throw new PatternFault("has a ( too many");
    }

    private Func<PatternNode, PatternNode> GroupKind()
    {
        if (reader.Skips(":"))
        {
            return node => node;
        }

        if (reader.Skips("i:"))
        {
            letterCase.IsIgnored = true;
            return node => node;
        }

        if (reader.Skips("-i:"))
        {
            letterCase.IsIgnored = false;
            return node => node;
        }

        if (reader.Skips(">"))
        {
            return node => new PatternNode.Atomic(node);
        }

        if (reader.Skips("=") || reader.Skips("!"))
        {
            var isNegated = reader[reader.Place - 1] == '!';
            return node => new PatternNode.Ahead(node, isNegated);
        }

        if (reader.Skips("<=") || reader.Skips("<!"))
        {
            var isNegated = reader[reader.Place - 1] == '!';
            return node => node is PatternNode.Set set
                ? new PatternNode.Behind(set.Points, isNegated)
                : throw new PatternFault("looks behind for more than one character");
        }

        throw new PatternFault("has a group of a kind that has no exact implementation here");
    }
}
