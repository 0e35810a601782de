namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>The functions that every template has.</summary>
internal static class Globals
{
    // jinja2's sandbox has the same bound
    private const int LongestRange = 100_000;

    /// <summary>The functions in a scope.</summary>
    /// <param name="now">The time that a template is told.</param>
    public static Scope Of(DateTime now)
    {
        var scope = new Scope(null);
        foreach (var function in (Function[])
            [
                new("range", Range),
                new("dict", given => Named(given, new Mapping())),
                new("namespace", Space),
                new("raise_exception", given => throw new TemplateFault($"It raises: {PythonText.Of(given.Bind("raise_exception", "message")[0])}")),
                new("strftime_now", given => Clock.Write(now, PythonText.Of(given.Bind("strftime_now", "format")[0]))),
                new("joiner", Joiner),
            ])
        {
            scope.Set(function.Name, function);
        }

        foreach (var name in (string[])["cycler", "lipsum"])
        {
            scope.Set(name, new Function(name, _ => throw new TemplateFault($"The function '{name}' has no exact implementation here")));
        }

        return scope;
    }

    private static Sequence Range(CallValues given)
    {
        long[] bounds = [.. given.Positional.Select(Operators.ToLong)];
        var (start, stop, step) = bounds switch
        {
            [var only] => (0, only, 1),
            [var from, var to] => (from, to, 1),
            [var from, var to, not 0 and var by] => (from, to, by),
            _ => throw new TemplateFault("'range' is given no bounds"),
        };
        var items = new List<object?>();
        for (var i = start; step > 0 ? i < stop : i > stop; i += step)
        {
            items.Add(items.Count < LongestRange ? i : throw new TemplateFault($"A range has more than {LongestRange:N0} numbers"));
        }

        return new(SequenceKind.Range, items);
    }

    private static Mapping Named(CallValues given, Mapping mapping)
    {
        foreach (var item in given.Positional)
        {
            mapping = item is Mapping other
                ? other.Entries.Aggregate(mapping, (all, entry) => all.Set(entry.Key, entry.Value))
                : throw new TemplateFault("A dictionary made of other values has no exact implementation here");
        }

        return given.Named.Aggregate(mapping, (all, entry) => all.Set(entry.Name, entry.Value));
    }

    private static Namespace Space(CallValues given)
    {
        var space = new Namespace();
        foreach (var (key, value) in Named(given, new Mapping()).Entries)
        {
            space.Members[PythonText.Of(key)] = value;
        }

        return space;
    }

    private static Function Joiner(CallValues given)
    {
        var (separator, isFirst) = (given.Bind("joiner", "sep")[0], true);
        return new("joiner", _ =>
        {
            var text = isFirst ? "" : separator == CallValues.Missing ? ", " : separator;
            isFirst = false;
            return text;
        });
    }
}
