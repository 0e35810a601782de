using System.Globalization;
using System.Text;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Patterns;

/// <summary>Reads what follows a backslash in a regular expression.</summary>
/// <param name="reader">The expression.</param>
/// <param name="letterCase">Whether case is ignored.</param>
internal sealed class EscapeParser(PatternReader reader, LetterCase letterCase)
{
    /// <summary>The place that an escape stands for; null where it stands for a character or some.</summary>
    public AnchorKind? Anchor()
    {
        AnchorKind? anchor = reader.Peek() switch
        {
            'A' => AnchorKind.TextStart,
            'z' => AnchorKind.TextEnd,
            'Z' => AnchorKind.LastLineEnd,
            'b' => AnchorKind.WordBorder,
            'B' => AnchorKind.NoWordBorder,
            _ => null,
        };
        if (anchor is not null)
        {
            reader.Move();
        }

        return anchor;
    }

    /// <summary>The set that an escape stands for; null where it stands for one character.</summary>
    /// <param name="word">The characters of words at this place.</param>
    /// <exception cref="PatternFault">It is broken, or not exact here.</exception>
    public CodePointSet? Set(CodePointSet word)
    {
        var letter = reader.IsAtEnd ? throw new PatternFault("ends with a backslash") : reader.Peek();
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
            reader.Move();
            return letter is >= 'A' and <= 'Z' ? set.Complement() : set;
        }

        return letter is 'p' or 'P' ? Property() : null;
    }

    /// <summary>The character that an escape stands for.</summary>
    /// <exception cref="PatternFault">It is broken, or not exact here.</exception>
    public int Point()
    {
        var point = reader.Next();
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
            case 'x' when reader.Skips("{"):
                var inBraces = Hex(1, 6);
                return reader.Skips("}") ? inBraces : throw new PatternFault("has an escape without its end");
            case 'x':
                // more than that would be a byte of UTF-8
                return Hex(2, 2) is var ascii && ascii < 0x80 ? ascii : throw new PatternFault("has a byte beyond ASCII");
            case (>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or >= 0x80:
                throw new PatternFault($"has the escape '\\{char.ConvertFromUtf32(point)}', which has no exact implementation here");
            default:
                return point;
        }
    }

    private CodePointSet Property()
    {
        var letter = reader.Next();
        if (letterCase.IsIgnored)
        {
            throw new PatternFault("ignores the case of a property");
        }

        if (!reader.Skips("{"))
        {
            throw new PatternFault("has a property without its name");
        }

        var isNegated = letter == 'P' ^ reader.Skips("^");
        var from = reader.Place;
        while (!reader.IsAtEnd && reader.Peek() != '}')
        {
            reader.Move();
        }

        var name = reader.TextFrom(from);
        if (!reader.Skips("}") || (Categories.Find(name) ?? CharacterClasses.Script(name)) is not { } property)
        {
            throw new PatternFault($"has the property '{name}', which has no exact implementation here");
        }

        return isNegated ? property.Complement() : property;
    }

    private int Hex(int least, int most)
    {
        var from = reader.Place;
        while (!reader.IsAtEnd && reader.Place - from < most && reader.Peek() is (>= '0' and <= '9') or (>= 'A' and <= 'F') or (>= 'a' and <= 'f'))
        {
            reader.Move();
        }

        return reader.Place - from >= least
            && int.Parse(reader.TextFrom(from), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var point && Rune.IsValid(point)
                ? point
                : throw new PatternFault("has an escape that is not a character");
    }
}
