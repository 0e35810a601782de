namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>
/// The values of a template beside null, truth values, whole numbers (<see cref="long"/>), <see cref="double"/> and <see cref="string"/>: a name or a
/// member that there is not.
/// </summary>
/// <param name="what">What is missing, as messages say it.</param>
internal sealed class Undefined(string what)
{
    /// <summary>What is missing, as messages say it.</summary>
    public string What => what;
}

/// <summary>What a sequence is in Python.</summary>
internal enum SequenceKind
{
    List,
    Tuple,
    Range,
    Keys,
    Values,
    Items,

    /// <summary>Can be gone through once.</summary>
    Iterator,
}

/// <summary>A row of values.</summary>
internal sealed class Sequence(SequenceKind kind, IReadOnlyList<object?> items)
{
    private int taken;

    /// <summary>How large it is, with all that is in it.</summary>
    public Weight Weight { get; } = Weight.Around(items);

    /// <summary>What it is.</summary>
    public SequenceKind Kind => kind;

    /// <summary>The values; of an iterator those too that were taken.</summary>
    public IReadOnlyList<object?> Items => items;

    /// <summary>Whether values have places.</summary>
    public bool IsIndexed => kind is SequenceKind.List or SequenceKind.Tuple or SequenceKind.Range;

    /// <summary>A list.</summary>
    public static Sequence List(IEnumerable<object?> items) => new(SequenceKind.List, [.. items]);

    /// <summary>A tuple.</summary>
    public static Sequence Tuple(params IReadOnlyList<object?> items) => new(SequenceKind.Tuple, items);

    /// <summary>What can be gone through once.</summary>
    public static Sequence Iterator(IEnumerable<object?> items) => new(SequenceKind.Iterator, [.. items]);

    /// <summary>Goes through the values.</summary>
    public IEnumerable<object?> Enumerate()
    {
        if (kind != SequenceKind.Iterator)
        {
            return items;
        }

        return Rest();
    }

    private IEnumerable<object?> Rest()
    {
        while (taken < items.Count)
        {
            yield return items[taken++];
        }
    }
}

/// <summary>Values by their keys, in the order in which they came.</summary>
internal sealed class Mapping
{
    private readonly List<KeyValuePair<object, object?>> entries = [];
    private readonly Dictionary<object, int> places = [];

    /// <summary>Stands for the key None.</summary>
    public static object None { get; } = new();

    /// <summary>How large it is, with all that is in it.</summary>
    public Weight Weight { get; private set; } = Weight.Around([]);

    /// <summary>How many there are.</summary>
    public int Count => entries.Count;

    /// <summary>The keys.</summary>
    public IEnumerable<object?> Keys => entries.Select(entry => entry.Key == None ? null : entry.Key);

    /// <summary>The values.</summary>
    public IEnumerable<object?> Values => entries.Select(entry => entry.Value);

    /// <summary>Keys with their values.</summary>
    public IEnumerable<(object? Key, object? Value)> Entries => entries.Select(entry => (entry.Key == None ? null : entry.Key, entry.Value));

    /// <summary>Sets a value.</summary>
    public Mapping Set(object? key, object? value)
    {
        var place = PlaceOf(key);
        if (place >= 0)
        {
            entries[place] = new(entries[place].Key, value);
            Weight = Weight.With(value);
            return this;
        }

        places[Hashed(key)] = entries.Count;
        entries.Add(new(key ?? None, value));
        Weight = Weight.With(key).With(value);
        return this;
    }

    /// <summary>A value, if there is one.</summary>
    public bool TryGet(object? key, out object? value)
    {
        var place = PlaceOf(key);
        value = place < 0 ? null : entries[place].Value;
        return place >= 0;
    }

    private int PlaceOf(object? key) => places.GetValueOrDefault(Hashed(key), -1);

    // numbers that are equal are one key
    private static object Hashed(object? key) => key switch
    {
        null => None,
        bool truth => truth ? 1L : 0L,
        double number when number == Math.Floor(number) && Math.Abs(number) < 1L << 53 => (long)number,
        string or long or double => key,
        _ => throw new TemplateFault($"{Operators.Describe(key)} as a key has no exact implementation here"),
    };
}

/// <summary>What a template can assign to from within loops.</summary>
internal sealed class Namespace
{
    /// <summary>Its members.</summary>
    public Dictionary<string, object?> Members { get; } = new(StringComparer.Ordinal);
}

/// <summary>What can be called.</summary>
/// <param name="name">Its name, for messages.</param>
/// <param name="body">What it does with what it is given.</param>
internal sealed class Function(string name, Func<CallValues, object?> body)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Calls it.</summary>
    public object? Call(CallValues arguments) => body(arguments);
}

/// <summary>What is given to a call: values, and values with names.</summary>
internal sealed record CallValues(IReadOnlyList<object?> Positional, IReadOnlyList<(string Name, object? Value)> Named)
{
    public static CallValues None { get; } = new([], []);

    /// <summary>The values of parameters in their order; <see cref="Missing"/> where there is none.</summary>
    /// <exception cref="TemplateFault">There are more, or others.</exception>
    public object?[] Bind(string callee, params string[] parameters)
    {
        var bound = new object?[parameters.Length];
        Array.Fill(bound, Missing);
        if (Positional.Count > parameters.Length)
        {
            throw new TemplateFault($"'{callee}' takes {parameters.Length} arguments and is given {Positional.Count}");
        }

        for (var i = 0; i < Positional.Count; i++)
        {
            bound[i] = Positional[i];
        }

        foreach (var (name, value) in Named)
        {
            var place = Array.IndexOf(parameters, name);
            bound[place >= 0 && bound[place] == Missing ? place : throw new TemplateFault($"'{callee}' takes no argument '{name}', or takes it twice")] = value;
        }

        return bound;
    }

    /// <summary>Stands for an argument that is not given.</summary>
    public static object Missing { get; } = new();
}
