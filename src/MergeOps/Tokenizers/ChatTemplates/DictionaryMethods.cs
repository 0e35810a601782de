namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>The methods of dictionaries that a sandbox allows.</summary>
internal static class DictionaryMethods
{
    /// <summary>The method of a name that dictionaries have.</summary>
    /// <exception cref="TemplateFault">It is not allowed.</exception>
    public static Function Find(Mapping mapping, string name) => name switch
    {
        "items" => new(name, arguments => View(arguments, name, SequenceKind.Items, mapping.Entries.Select(entry => (object?)Sequence.Tuple(entry.Key, entry.Value)))),
        "keys" => new(name, arguments => View(arguments, name, SequenceKind.Keys, mapping.Keys)),
        "values" => new(name, arguments => View(arguments, name, SequenceKind.Values, mapping.Values)),
        "get" => new(name, arguments => arguments.Bind(name, "key", "default") is [var key, var whereAbsent]
            ? mapping.TryGet(key, out var value) ? value : whereAbsent == CallValues.Missing ? null : whereAbsent
            : null),
        "copy" => new(name, _ => mapping.Entries.Aggregate(new Mapping(), (copy, entry) => copy.Set(entry.Key, entry.Value))),
        _ => throw new TemplateFault($"'{name}' of a dictionary is not allowed in templates"),
    };

    private static Sequence View(CallValues arguments, string name, SequenceKind kind, IEnumerable<object?> values)
    {
        _ = arguments.Bind(name);
        return new(kind, [.. values]);
    }
}
