namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>What Python's operators do with values.</summary>
internal static class Operators
{
    /// <summary>Whether a value counts as true.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null or false or Undefined or 0L or 0.0 or "" => false,
        Sequence { Kind: not SequenceKind.Iterator, Items.Count: 0 } => false,
        Mapping { Count: 0 } => false,
        _ => true,
    };

    /// <summary>Whether two values are equal.</summary>
    public static bool AreEqual(object? first, object? second) => (first, second) switch
    {
        (null, null) or (Undefined, Undefined) => true,
        (null, _) or (_, null) => false,
        (long one, long other) => one == other,
        (string one, string other) => one == other,
        (Sequence one, Sequence other) => ReferenceEquals(one, other)
            || (one.Kind == other.Kind && one.IsIndexed && one.Items.Count == other.Items.Count && one.Items.Zip(other.Items).All(pair => AreEqual(pair.First, pair.Second))),
        (Mapping one, Mapping other) => one.Count == other.Count && one.Entries.All(entry => other.TryGet(entry.Key, out var value) && AreEqual(entry.Value, value)),
        _ when IsNumber(first) && IsNumber(second) => first is double || second is double ? ToDouble(first) == ToDouble(second) : ToLong(first) == ToLong(second),
        _ => ReferenceEquals(first, second),
    };

    /// <summary>Whether a value is a number; truth values are.</summary>
    public static bool IsNumber(object? value) => value is long or double or bool;

    /// <summary>Compares values that have an order.</summary>
    /// <exception cref="TemplateFault">They have none.</exception>
    public static int Compare(object? first, object? second)
    {
        switch (first, second)
        {
            case (string one, string other):
                return PythonText.Compare(one, other);
            case (Sequence { Kind: SequenceKind.List or SequenceKind.Tuple } one, Sequence other) when one.Kind == other.Kind:
                foreach (var (left, right) in one.Items.Zip(other.Items))
                {
                    if (!AreEqual(left, right))
                    {
                        return Compare(left, right);
                    }
                }

                return one.Items.Count.CompareTo(other.Items.Count);
            default:
                if (!IsNumber(first) || !IsNumber(second))
                {
                    throw new TemplateFault($"{Describe(first)} and {Describe(second)} have no order");
                }

                return first is double || second is double ? ToDouble(first).CompareTo(ToDouble(second)) : ToLong(first).CompareTo(ToLong(second));
        }
    }

    /// <summary>A comparison by its operator.</summary>
    public static bool Compare(string sign, object? first, object? second) => sign switch
    {
        "==" => AreEqual(first, second),
        "!=" => !AreEqual(first, second),
        "<" => Compare(first, second) < 0,
        "<=" => Compare(first, second) <= 0,
        ">" => Compare(first, second) > 0,
        ">=" => Compare(first, second) >= 0,
        "in" => IsIn(first, second),
        _ => !IsIn(first, second),
    };

    /// <summary>Whether a value is in another one.</summary>
    public static bool IsIn(object? item, object? container) => container switch
    {
        string text => item is string part ? text.Contains(part, StringComparison.Ordinal) : throw new TemplateFault($"{Describe(item)} cannot be in a text"),
        Mapping mapping => mapping.TryGet(item, out _),
        Sequence sequence => sequence.Enumerate().Any(member => AreEqual(member, item)),
        Undefined => false,
        _ => throw new TemplateFault($"Nothing can be in {Describe(container)}"),
    };

    /// <summary>An arithmetic operator.</summary>
    /// <exception cref="TemplateFault">The values do not go together.</exception>
    public static object? Arithmetic(string sign, object? left, object? right)
    {
        switch (sign, left, right)
        {
            case ("+", string first, string second):
                return first + second;
            case ("+", Sequence { Kind: SequenceKind.List or SequenceKind.Tuple } first, Sequence second) when first.Kind == second.Kind:
                return new Sequence(first.Kind, [.. first.Items, .. second.Items]);
            case ("*", string or Sequence, long or bool):
                return Repeated(left, ToLong(right));
            case ("*", long or bool, string or Sequence):
                return Repeated(right, ToLong(left));
            case ("%", string, _):
                throw new TemplateFault("Formatting a text with % has no exact implementation here");
        }

        if (!IsNumber(left) || !IsNumber(right))
        {
            throw new TemplateFault($"'{sign}' is not possible with {Describe(left)} and {Describe(right)}");
        }

        try
        {
            return left is double || right is double || sign == "/" ? OfDoubles(sign, ToDouble(left), ToDouble(right)) : OfWhole(sign, ToLong(left), ToLong(right));
        }
        catch (OverflowException)
        {
            throw new TemplateFault($"'{sign}' gives a number that is too large");
        }
    }

    /// <summary>A whole number.</summary>
    /// <exception cref="TemplateFault">It is none.</exception>
    public static long ToLong(object? value) => value switch
    {
        long number => number,
        bool truth => truth ? 1 : 0,
        _ => throw new TemplateFault($"{Describe(value)} is not a whole number"),
    };

    /// <summary>A value in the words of messages.</summary>
    public static string Describe(object? value) => value switch
    {
        Undefined undefined => undefined.What,
        null => "None",
        bool => "a truth value",
        long => "a whole number",
        double => "a number",
        string => "a text",
        Mapping => "a dictionary",
        Sequence { Kind: SequenceKind.Tuple } => "a tuple",
        Sequence => "a list",
        Function function => $"the function '{function.Name}'",
        _ => "an object",
    };

    private static double ToDouble(object? value) => value is double number ? number : ToLong(value);

    private static object Repeated(object? what, long times)
    {
        var length = what is string text ? text.Length : ((Sequence)what!).Items.Count;
        if (times > 0 && length * (decimal)times > RenderBudget.LongestText)
        {
            throw new TemplateFault("A repetition becomes too long");
        }

        return what switch
        {
            string repeated => string.Concat(Enumerable.Repeat(repeated, (int)Math.Max(0, times))),
            Sequence { Kind: SequenceKind.List or SequenceKind.Tuple } sequence => new Sequence(sequence.Kind, [.. Enumerable.Repeat(sequence.Items, (int)Math.Max(0, times)).SelectMany(items => items)]),
            _ => throw new TemplateFault($"{Describe(what)} cannot be repeated"),
        };
    }

    private static object OfWhole(string sign, long left, long right) => checked(sign switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "//" => Floor(left, right),
        "%" => left - (Floor(left, right) * right),
        _ => right < 0 ? Math.Pow(left, right) : (object)Power(left, right),
    });

    private static long Floor(long left, long right) => right == 0
        ? throw new TemplateFault("Division by zero")
        : checked((left / right) - (left % right != 0 && left < 0 != right < 0 ? 1 : 0));

    private static long Power(long value, long exponent)
    {
        var result = 1L;
        for (; exponent > 0 && value is not (0 or 1); exponent--)
        {
            result = checked(result * value);
        }

        return value == 0 && exponent > 0 ? 0L : result;
    }

    private static double OfDoubles(string sign, double left, double right) => sign switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" or "//" or "%" when right == 0 => throw new TemplateFault("Division by zero"),
        "/" => left / right,
        "//" => Math.Floor(left / right),
        "%" => left - (Math.Floor(left / right) * right),
        _ => Math.Pow(left, right),
    };
}
