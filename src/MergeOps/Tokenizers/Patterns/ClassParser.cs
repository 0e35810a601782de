using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.Patterns;

/// <summary>Reads what stands between square brackets in a regular expression.</summary>
/// <param name="reader">The expression.</param>
/// <param name="escapes">Reads its escapes.</param>
/// <param name="letterCase">Whether case is ignored.</param>
internal sealed class ClassParser(PatternReader reader, EscapeParser escapes, LetterCase letterCase)
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

    /// <summary>The characters of the class whose opening bracket was read.</summary>
    /// <exception cref="PatternFault">It is broken, or not exact here.</exception>
    public CodePointSet Read()
    {
        reader.Enter();
        var isNegated = reader.Skips("^");
        var (sets, singles) = (new List<CodePointSet>(), new List<CodePointSet>());
        if (reader.Peek() == ']')
        {
            throw new PatternFault("has an empty class");
        }

        while (!reader.Skips("]"))
        {
            ReadMember(sets, singles);
        }

        if (letterCase.IsIgnored && sets.Count > 0)
        {
            throw new PatternFault("ignores the case of a class of characters");
        }

        reader.Leave();
        var all = CodePointSet.Union([.. sets, letterCase.Folded(CodePointSet.Union(singles))]);
        return isNegated ? all.Complement() : all;
    }

    private void ReadMember(List<CodePointSet> sets, List<CodePointSet> singles)
    {
        if (reader.Skips("&&"))
        {
            throw new PatternFault("intersects classes");
        }

        if (reader.Peek() == '[')
        {
            var named = Posix.FirstOrDefault(posix => reader.Skips(posix.Name));
            if (named.Points is null && reader.Skips("[:"))
            {
                throw new PatternFault("has a class in colons that has no exact implementation here");
            }

            if (named.Points is null)
            {
                reader.Move();
            }

            sets.Add(named.Points?.Invoke() ?? Read());
            return;
        }

        if (Point(sets) is not { } first)
        {
            return;
        }

        var last = first;
        if (reader.Peek() == '-' && reader.PeekBehind() is not (-1 or ']'))
        {
            reader.Move();
            last = Point(sets) is { } end && end >= first ? end : throw new PatternFault("has a range without an end");
        }

        singles.Add(CodePointSet.Of([(first, last)]));
    }

    // one character; null where it was a class
    private int? Point(List<CodePointSet> sets)
    {
        var point = reader.Next();
        if (point != '\\')
        {
            return point == '[' ? throw new PatternFault("has a range that ends in a class") : point;
        }

        if (escapes.Set(CharacterClasses.Word) is { } set)
        {
            sets.Add(set);
            return null;
        }

        return reader.Peek() == 'b' ? throw new PatternFault("has the escape '\\b' in a class") : escapes.Point();
    }
}
