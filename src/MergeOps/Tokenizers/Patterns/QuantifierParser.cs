using System.Globalization;

namespace MergeOps.Tokenizers.Patterns;

/// <summary>Reads how often a part of a regular expression is repeated.</summary>
/// <param name="reader">The expression.</param>
internal sealed class QuantifierParser(PatternReader reader)
{
    private const int MostRepeats = 1000;

    /// <summary>A part with the quantifiers that follow it, if any.</summary>
    /// <exception cref="PatternFault">They are broken, or not exact here.</exception>
    public PatternNode Quantified(PatternNode atom)
    {
        while (!reader.IsAtEnd && Quantifier() is var (least, most, isInterval))
        {
            if (atom is PatternNode.Anchor or PatternNode.Ahead or PatternNode.Behind)
            {
                throw new PatternFault("repeats a place");
            }

            if (atom.CanBeEmpty && most > 1)
            {
                throw new PatternFault("repeats what may be empty");
            }

            if (isInterval && !reader.IsAtEnd && (reader.Peek() == '+' || (reader.Peek() == '?' && least == most)))
            {
                throw new PatternFault("has a mark after an interval");
            }

            var isLazy = reader.Skips("?");
            atom = new PatternNode.Repeat(atom, least, most, isLazy);
            if (!isLazy && !isInterval && reader.Skips("+"))
            {
                atom = new PatternNode.Atomic(atom);
            }

            if (!reader.IsAtEnd && reader.Peek() is '?' or '*' or '+' or '{')
            {
                throw new PatternFault("repeats a repetition");
            }
        }

        return atom;
    }

    private (int Least, int Most, bool IsInterval)? Quantifier()
    {
        switch (reader.Peek())
        {
            case '?':
                reader.Move();
                return (0, 1, false);
            case '*':
                reader.Move();
                return (0, int.MaxValue, false);
            case '+':
                reader.Move();
                return (1, int.MaxValue, false);
            case '{':
                reader.Move();
                return Interval();
            default:
                return null;
        }
    }

    private (int Least, int Most, bool IsInterval) Interval()
    {
        var least = Number();
        var most = !reader.Skips(",") ? least : reader.Peek() == '}' ? int.MaxValue : Number();
        if (least is null && most is null or int.MaxValue || !reader.Skips("}"))
        {
            throw new PatternFault("has a { that does not begin an interval");
        }

        return (least ?? 0, most!.Value, true) is var interval && interval.Item1 <= interval.Item2 ? interval : throw new PatternFault("has an interval that is empty");
    }

    private int? Number()
    {
        var from = reader.Place;
        while (!reader.IsAtEnd && reader.Peek() is >= '0' and <= '9')
        {
            reader.Move();
        }

        return reader.Place == from ? null
            : reader.Place - from <= 4 && int.Parse(reader.TextFrom(from), NumberStyles.None, CultureInfo.InvariantCulture) is var number && number <= MostRepeats ? number
            : throw new PatternFault($"repeats something more than {MostRepeats} times");
    }
}
