using System.Globalization;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Filters that need nothing but their values.</summary>
internal static class FilterFunctions
{
    private const string Self = "value";

    /// <summary>The filters by their names; the first value given is what is filtered.</summary>
    public static IReadOnlyDictionary<string, Func<CallValues, object?>> Known { get; } = new Dictionary<string, Func<CallValues, object?>>(StringComparer.Ordinal)
    {
        ["trim"] = given => given.Bind("trim", Self, "chars") is [var value, var chars] ? PythonText.Trim(PythonText.Of(value), characters: chars as string) : null,
        ["upper"] = given => PythonText.Upper(PythonText.Of(given.Bind("upper", Self)[0])),
        ["lower"] = given => PythonText.Lower(PythonText.Of(given.Bind("lower", Self)[0])),
        ["capitalize"] = given => Capitalize(PythonText.Of(given.Bind("capitalize", Self)[0])),
        ["title"] = given => Title(PythonText.Of(given.Bind("title", Self)[0])),
        ["string"] = given => PythonText.Of(given.Bind("string", Self)[0]),
        ["replace"] = given => given.Bind("replace", Self, "old", "new", "count") is [var value, var old, var fresh, var count]
            ? TextMethods.Replace(PythonText.Of(value), PythonText.Of(old), PythonText.Of(fresh), count is null || count == CallValues.Missing ? -1 : Operators.ToLong(count))
            : null,
        ["indent"] = Indent,
        ["length"] = given => Length(given.Bind("length", Self)[0]),
        ["count"] = given => Length(given.Bind("count", Self)[0]),
        ["first"] = given => Items(given.Bind("first", Self)[0]).Select(item => (Item: item, IsThere: true)).FirstOrDefault() is (var item, true) ? item : new Undefined("the first item of nothing"),
        ["last"] = given => Last(given.Bind("last", Self)[0]),
        ["list"] = given => Sequence.List(Items(given.Bind("list", Self)[0])),
        ["reverse"] = given => given.Bind("reverse", Self)[0] switch
        {
            string text => string.Concat(PythonText.Characters(text).Reverse()),
            var value => Sequence.Iterator(Items(value).Reverse()),
        },
        ["join"] = given => given.Bind("join", Self, "d", "attribute") is [var value, var separator, var attribute]
            ? PythonText.Joined(separator == CallValues.Missing ? "" : PythonText.Of(separator), Items(value).Select(item => PythonText.Of(attribute == CallValues.Missing ? item : Path(item, attribute))))
            : null,
        ["default"] = Default,
        ["d"] = Default,
        ["tojson"] = ToJson,
        ["items"] = given => given.Bind("items", Self)[0] switch
        {
            Undefined => Sequence.Iterator([]),
            Mapping mapping => Sequence.Iterator(mapping.Entries.Select(entry => Sequence.Tuple(entry.Key, entry.Value))),
            _ => throw new TemplateFault("The filter 'items' is given no dictionary"),
        },
        ["dictsort"] = DictionarySort,
        ["int"] = given => given.Bind("int", Self, "default") is [var value, var whereNone] ? ToInt(value, whereNone == CallValues.Missing ? 0L : whereNone) : null,
        ["float"] = given => given.Bind("float", Self, "default") is [var value, var whereNone] ? ToFloat(value, whereNone == CallValues.Missing ? 0.0 : whereNone) : null,
        ["abs"] = given => given.Bind("abs", Self)[0] switch
        {
            double number => (object)Math.Abs(number),
            long and not long.MinValue and var number => Math.Abs(number),
            _ => throw new TemplateFault("The filter 'abs' is given no number"),
        },
        ["round"] = given => given.Bind("round", Self, "precision", "method") is [double number, var precision, var method]
            && (precision == CallValues.Missing || precision is 0L) && (method == CallValues.Missing || method is "common")
                ? Math.Round(number, MidpointRounding.ToEven)
                : throw new TemplateFault("The filter 'round' has an exact implementation here only for rounding floats to whole numbers"),
        ["sum"] = given => given.Bind("sum", Self, "attribute", "start") is [var value, var attribute, var start]
            ? Items(value).Select(item => attribute == CallValues.Missing || attribute is null ? item : Path(item, attribute)).Aggregate(start == CallValues.Missing ? 0L : start, (sum, item) => Operators.Arithmetic("+", sum, item))
            : null,
        ["min"] = given => Extreme(given, "min", 1),
        ["max"] = given => Extreme(given, "max", -1),
        ["sort"] = Sort,
        ["unique"] = given => given.Bind("unique", Self, "case_sensitive", "attribute") is [var value, var sensitive, var attribute]
            ? Sequence.Iterator(Unique(Items(value), item => Key(attribute == CallValues.Missing || attribute is null ? item : Path(item, attribute), Operators.IsTrue(Given(sensitive, false)))))
            : null,
        ["batch"] = given => given.Bind("batch", Self, "linecount", "fill_with") is [var value, var count, var fill] && fill == CallValues.Missing && Operators.ToLong(count) is > 0 and < int.MaxValue and var size
            ? Sequence.Iterator(Items(value).Chunk((int)size).Select(Sequence.List))
            : throw new TemplateFault("The filter 'batch' with filling, or without a size, has no exact implementation here"),
    };

    /// <summary>The items of a value, as a loop goes through them.</summary>
    /// <exception cref="TemplateFault">It has none.</exception>
    public static IEnumerable<object?> Items(object? value) => value switch
    {
        string text => PythonText.Characters(text),
        Sequence sequence => sequence.Enumerate(),
        Mapping mapping => mapping.Keys,
        Undefined => [],
        _ => throw new TemplateFault($"{Operators.Describe(value)} has no items"),
    };

    /// <summary>A member by a path with dots.</summary>
    public static object? Path(object? value, object? path) => path is long place
        ? Members.Item(value, place)
        : PythonText.Of(path).Split('.').Aggregate(value, (target, part) => Members.Item(target, long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : part));

    /// <summary>The first letter large and all others small.</summary>
    public static string Capitalize(string text) =>
        PythonText.RequireAscii(text, "capitalize").Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    private static object? Given(object? value, object? whereMissing) => value == CallValues.Missing ? whereMissing : value;

    private static string Title(string text)
    {
        var isStart = true;
        return string.Concat(PythonText.RequireAscii(text, "title").Select(letter =>
        {
            var changed = isStart ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter);
            isStart = char.IsWhiteSpace(letter) || letter is '-' or '(' or '{' or '[' or '<';
            return changed;
        }));
    }

    private static string Indent(CallValues given)
    {
        if (given.Bind("indent", "s", "width", "first", "blank") is not [var value, var width, var first, var blank])
        {
            return "";
        }

        var by = Given(width, 4L) is string text ? text : new string(' ', (int)Math.Clamp(Operators.ToLong(Given(width, 4L)), 0, RenderBudget.LongestText));
        var lines = PythonText.Lines(PythonText.Of(value) + "\n").ToList();
        var indented = Operators.IsTrue(Given(blank, false))
            ? PythonText.Joined("\n" + by, lines)
            : PythonText.Joined("", lines.SelectMany((line, i) => i == 0 ? [line] : line.Length == 0 ? ["\n"] : new[] { "\n", by, line }));
        return Operators.IsTrue(Given(first, false)) ? by + indented : indented;
    }

    private static long Length(object? value) => value switch
    {
        string text => PythonText.Length(text),
        Sequence { Kind: not SequenceKind.Iterator } sequence => sequence.Items.Count,
        Mapping mapping => mapping.Count,
        Undefined => 0,
        _ => throw new TemplateFault($"{Operators.Describe(value)} has no length"),
    };

    private static object? Last(object? value) => value switch
    {
        Sequence { Kind: SequenceKind.Iterator } => throw new TemplateFault("A generator has no last item"),
        _ => Items(value).ToList() is [.., var last] ? last : new Undefined("the last item of nothing"),
    };

    private static object? Default(CallValues given) => given.Bind("default", Self, "default_value", "boolean") is [var value, var whereAbsent, var isBoolean]
        && (value is Undefined || (Operators.IsTrue(Given(isBoolean, false)) && !Operators.IsTrue(value)))
            ? Given(whereAbsent, "")
            : given.Positional[0];

    private static string ToJson(CallValues given)
    {
        if (given.Bind("tojson", "x", "ensure_ascii", "indent", "separators", "sort_keys") is not [var value, var ascii, var indent, var separators, var sorts])
        {
            return "";
        }

        var by = Given(indent, null) switch
        {
            null => null,
            string text => text,
            var count => new string(' ', Operators.ToLong(count) is >= 0 and <= 100 and var spaces ? (int)spaces : throw new TemplateFault("JSON with such an indent has no exact implementation here")),
        };
        var (item, key) = Given(separators, null) is Sequence { Items: [string first, string second] } ? (first, second) : (by is null ? ", " : ",", ": ");
        return TemplateJson.Write(value, Operators.IsTrue(Given(ascii, false)), by, item, key, Operators.IsTrue(Given(sorts, false)));
    }

    private static Sequence DictionarySort(CallValues given)
    {
        if (given.Bind("dictsort", Self, "case_sensitive", "by", "reverse") is not [Mapping mapping, var sensitive, var by, var reverse])
        {
            throw new TemplateFault("The filter 'dictsort' is given no dictionary");
        }

        var place = Given(by, "key") is "value" ? 1 : 0;
        var entries = mapping.Entries.Select(entry => (object?)Sequence.Tuple(entry.Key, entry.Value));
        return Sequence.List(Sorted(entries, entry => Key(((Sequence)entry!).Items[place], Operators.IsTrue(Given(sensitive, false))), Operators.IsTrue(Given(reverse, false))));
    }

    private static Sequence Sort(CallValues given)
    {
        if (given.Bind("sort", Self, "reverse", "case_sensitive", "attribute") is not [var value, var reverse, var sensitive, var attribute])
        {
            return Sequence.List([]);
        }

        if (attribute is string several && several.Contains(',', StringComparison.Ordinal))
        {
            throw new TemplateFault("Sorting by several attributes has no exact implementation here");
        }

        return Sequence.List(Sorted(
            Items(value),
            item => Key(attribute == CallValues.Missing || attribute is null ? item : Path(item, attribute), Operators.IsTrue(Given(sensitive, false))),
            Operators.IsTrue(Given(reverse, false))));
    }

    // keeps the order of equal ones, also backwards
    private static IEnumerable<object?> Sorted(IEnumerable<object?> items, Func<object?, object?> key, bool isReversed)
    {
        var order = Comparer<object?>.Create(Operators.Compare);
        return isReversed ? items.OrderByDescending(key, order) : items.OrderBy(key, order);
    }

    private static object? Key(object? value, bool isCaseSensitive) => value is string text && !isCaseSensitive ? PythonText.Lower(text) : value;

    private static IEnumerable<object?> Unique(IEnumerable<object?> items, Func<object?, object?> key)
    {
        var seen = new Mapping();
        foreach (var item in items)
        {
            if (!seen.TryGet(key(item), out _))
            {
                seen.Set(key(item), null);
                yield return item;
            }
        }
    }

    private static object? Extreme(CallValues given, string name, int sign)
    {
        if (given.Bind(name, Self, "case_sensitive", "attribute") is not [var value, var sensitive, var attribute])
        {
            return null;
        }

        var items = Items(value).ToList();
        object? KeyOf(object? item) => Key(attribute == CallValues.Missing || attribute is null ? item : Path(item, attribute), Operators.IsTrue(Given(sensitive, false)));
        return items.Count == 0 ? new Undefined("the extreme of nothing")
            : items.Aggregate((best, item) => Operators.Compare(KeyOf(item), KeyOf(best)) * sign < 0 ? item : best);
    }

    private static object? ToInt(object? value, object? whereNone) => value switch
    {
        long or bool => Operators.ToLong(value),
        double number when Math.Abs(number) < 9e18 => (long)Math.Truncate(number),
        string text when long.TryParse(PythonText.Trim(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        string text when double.TryParse(PythonText.Trim(text), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 9e18 => (long)Math.Truncate(number),
        _ => whereNone,
    };

    private static object? ToFloat(object? value, object? whereNone) => value switch
    {
        long or bool => (double)Operators.ToLong(value),
        double => value,
        string text when double.TryParse(PythonText.Trim(text), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => whereNone,
    };
}
