using System.Globalization;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Attributes, items and slices of values, as jinja2 in its sandbox finds them.</summary>
internal static class Members
{
    // what can change a value is not allowed in the sandbox, and what dictionaries have hides keys of that name
    private static readonly string[] OfDictionaries =
        ["clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"];

    private static readonly string[] OfLists = ["append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort"];

    private static readonly string[] OfNumbers =
    [
        "as_integer_ratio", "bit_count", "bit_length", "conjugate", "denominator", "from_bytes", "fromhex", "hex", "imag", "is_integer", "numerator", "real", "to_bytes",
    ];

    /// <summary>What stands behind a dot: a method or an attribute, else an item.</summary>
    public static object? Attribute(object? target, string name)
    {
        switch (target)
        {
            case Undefined undefined:
                throw new TemplateFault($"{Capital(undefined.What)} has no '{name}', because it is not defined");
            case Namespace space when space.Members.TryGetValue(name, out var member):
                return member;
            case LoopVariable loop when loop.TryGet(name, out var member):
                return member;
            case Mapping mapping:
                return OfDictionaries.Contains(name, StringComparer.Ordinal) ? DictionaryMethods.Find(mapping, name)
                    : mapping.TryGet(name, out var value) ? value
                    : Hidden(target, name);
            case Sequence { Kind: SequenceKind.List } list when OfLists.Contains(name, StringComparer.Ordinal):
                return ListMethod(list, name);
            case Sequence { Kind: SequenceKind.Tuple } tuple when name is "count" or "index":
                return ListMethod(tuple, name);
            case long or double or bool when OfNumbers.Contains(name, StringComparer.Ordinal):
                throw new TemplateFault($"'{name}' of a number has no exact implementation here");
            case string text when TextMethods.Find(text, name) is { } method:
                return method;
            default:
                return Hidden(target, name);
        }
    }

    /// <summary>What stands in brackets: an item, else an attribute.</summary>
    public static object? Item(object? target, object? key)
    {
        switch (target)
        {
            case Undefined undefined:
                throw new TemplateFault($"{Capital(undefined.What)} has no items, because it is not defined");
            case Mapping mapping when mapping.TryGet(key, out var value):
                return value;
            case Sequence { IsIndexed: true } sequence when key is long or bool:
                return At(sequence.Items, Operators.ToLong(key)) is var (found, item) && found ? item : new Undefined($"item {PythonText.Of(key)}");
            case string text when key is long or bool:
                return At(Piece.PointsOf(text), Operators.ToLong(key)) is (true, var letter) ? char.ConvertFromUtf32(letter) : new Undefined($"item {PythonText.Of(key)}");
            default:
                return key is string name ? Attribute(target, name) : new Undefined($"item {PythonText.Of(key)}");
        }
    }

    /// <summary>A part, with steps.</summary>
    public static object Slice(object? target, object? start, object? stop, object? step)
    {
        var items = target switch
        {
            string text => PythonText.Characters(text),
            Sequence { IsIndexed: true } sequence => sequence.Items,
            _ => throw new TemplateFault($"{Operators.Describe(target)} has no parts"),
        };
        var by = step is null ? 1 : Operators.ToLong(step);
        if (by == 0)
        {
            throw new TemplateFault("A part has the step 0");
        }

        var count = items.Count;
        var from = Bound(start, by > 0 ? 0 : count - 1, count, by);
        var to = Bound(stop, by > 0 ? count : -1, count, by);
        var part = new List<object?>();
        for (var i = from; by > 0 ? i < to : i > to; i += by)
        {
            part.Add(items[(int)i]);
        }

        return target switch
        {
            string => string.Concat(part),
            Sequence { Kind: SequenceKind.Tuple } => Sequence.Tuple(part),
            _ => Sequence.List(part),
        };
    }

    private static long Bound(object? value, long whereAbsent, int count, long by)
    {
        if (value is null)
        {
            return whereAbsent;
        }

        var place = Operators.ToLong(value);
        place = place < 0 ? Math.Max(place + count, by > 0 ? 0 : -1) : place;
        return Math.Min(place, by > 0 ? count : count - 1);
    }

    private static (bool IsThere, T? Item) At<T>(IReadOnlyList<T> items, long place)
    {
        place = place < 0 ? place + items.Count : place;
        return place >= 0 && place < items.Count ? (true, items[(int)place]) : (false, default);
    }

    private static Undefined Hidden(object? target, string name) => new($"'{name}' of {Operators.Describe(target)}");

    private static Function ListMethod(Sequence list, string name) => name switch
    {
        "count" => new(name, arguments => (long)list.Items.Count(item => Operators.AreEqual(item, arguments.Bind(name, "value")[0]))),
        "index" => new(name, arguments => list.Items.Index().FirstOrDefault(pair => Operators.AreEqual(pair.Item, arguments.Bind(name, "value")[0]), (-1, null)).Index is >= 0 and var place
            ? (long)place
            : throw new TemplateFault("A list has no such item")),
        _ => throw new TemplateFault($"'{name}' of a list is not allowed in templates"),
    };

    private static string Capital(string text) => text.Length == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(text[0])}{text[1..]}");
}
