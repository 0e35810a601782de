namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>The methods of texts.</summary>
internal static class TextMethods
{
    private static readonly Dictionary<string, Func<string, CallValues, object?>> Known = new(StringComparer.Ordinal)
    {
        ["strip"] = (text, given) => PythonText.Trim(text, characters: Characters(given, "strip")),
        ["lstrip"] = (text, given) => PythonText.Trim(text, atEnd: false, characters: Characters(given, "lstrip")),
        ["rstrip"] = (text, given) => PythonText.Trim(text, atStart: false, characters: Characters(given, "rstrip")),
        ["lower"] = (text, given) => PythonText.Lower(WithoutArguments(text, given, "lower")),
        ["upper"] = (text, given) => PythonText.Upper(WithoutArguments(text, given, "upper")),
        ["capitalize"] = (text, given) => FilterFunctions.Capitalize(WithoutArguments(text, given, "capitalize")),
        ["title"] = (text, given) => Title(WithoutArguments(text, given, "title")),
        ["startswith"] = (text, given) => Affixes(given, "startswith").Any(affix => text.StartsWith(affix, StringComparison.Ordinal)),
        ["endswith"] = (text, given) => Affixes(given, "endswith").Any(affix => text.EndsWith(affix, StringComparison.Ordinal)),
        ["removeprefix"] = (text, given) => Text(given.Bind("removeprefix", "prefix")[0]) is var prefix && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text,
        ["removesuffix"] = (text, given) => Text(given.Bind("removesuffix", "suffix")[0]) is { Length: > 0 } suffix && text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text,
        ["split"] = (text, given) => Split(text, given),
        ["rsplit"] = (text, given) => SplitFromRight(text, given),
        ["splitlines"] = (text, given) => Sequence.List(PythonText.Lines(WithoutArguments(text, given, "splitlines"))),
        ["replace"] = (text, given) => given.Bind("replace", "old", "new", "count") is [var old, var fresh, var count]
            ? Replace(text, Text(old), Text(fresh), count == CallValues.Missing ? -1 : Operators.ToLong(count))
            : null,
        ["join"] = (text, given) => PythonText.Joined(text, FilterFunctions.Items(given.Bind("join", "items")[0]).Select(Text)),
        ["find"] = (text, given) => Find(text, given, "find"),
        ["index"] = (text, given) => Find(text, given, "index") is >= 0 and var place ? place : throw new TemplateFault("A text has no such part"),
        ["count"] = (text, given) => Count(text, Text(given.Bind("count", "part")[0])),
        ["isdigit"] = (text, given) => IsAll(WithoutArguments(text, given, "isdigit"), "isdigit", char.IsAsciiDigit),
        ["isalpha"] = (text, given) => IsAll(WithoutArguments(text, given, "isalpha"), "isalpha", char.IsAsciiLetter),
        ["isalnum"] = (text, given) => IsAll(WithoutArguments(text, given, "isalnum"), "isalnum", char.IsAsciiLetterOrDigit),
        ["isspace"] = (text, given) => text.Length > 0 && PythonText.Trim(WithoutArguments(text, given, "isspace")).Length == 0,
        ["isupper"] = (text, given) => PythonText.RequireAscii(WithoutArguments(text, given, "isupper"), "isupper") is var ascii && ascii.Any(char.IsAsciiLetterUpper) && !ascii.Any(char.IsAsciiLetterLower),
        ["islower"] = (text, given) => PythonText.RequireAscii(WithoutArguments(text, given, "islower"), "islower") is var ascii && ascii.Any(char.IsAsciiLetterLower) && !ascii.Any(char.IsAsciiLetterUpper),
    };

    private static readonly string[] Unsupported =
    [
        "casefold", "center", "encode", "expandtabs", "format", "format_map", "isascii", "isdecimal", "isidentifier", "isnumeric", "isprintable", "istitle", "ljust", "maketrans",
        "partition", "rfind", "rindex", "rjust", "rpartition", "swapcase", "translate", "zfill",
    ];

    /// <summary>The method of a name, or null where texts have none.</summary>
    /// <exception cref="TemplateFault">It has no exact implementation.</exception>
    public static Function? Find(string text, string name) =>
        Known.TryGetValue(name, out var method) ? new Function(name, given => method(text, given))
            : Unsupported.Contains(name, StringComparer.Ordinal) ? throw new TemplateFault($"The method '{name}' of texts has no exact implementation here")
            : null;

    /// <summary>Replaces a part of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="old">The part.</param>
    /// <param name="fresh">What stands for it.</param>
    /// <param name="most">How often at most; negative for always.</param>
    public static string Replace(string text, string old, string fresh, long most)
    {
        if (old.Length == 0)
        {
            throw new TemplateFault("Replacing nothing has no exact implementation here");
        }

        var parts = most < 0 ? text.Split(old) : text.Split(old, (int)Math.Min(most, int.MaxValue - 1) + 1);
        return parts.Length == 1 ? text : PythonText.Joined(fresh, parts);
    }

    private static string Text(object? value) => value as string ?? throw new TemplateFault($"{Operators.Describe(value)} is used where a text is expected");

    private static string? Characters(CallValues given, string method) => given.Bind(method, "chars")[0] is var chars && (chars is null || chars == CallValues.Missing) ? null : Text(chars);

    private static string WithoutArguments(string text, CallValues given, string method)
    {
        _ = given.Bind(method);
        return text;
    }

    private static IEnumerable<string> Affixes(CallValues given, string method) =>
        given.Bind(method, "affix")[0] is var affix && affix is Sequence { Kind: SequenceKind.Tuple } several ? several.Items.Select(Text) : [Text(affix)];

    private static Sequence Split(string text, CallValues given)
    {
        var (separator, most) = (given.Bind("split", "sep", "maxsplit")[0], given.Bind("split", "sep", "maxsplit")[1] is var count && count == CallValues.Missing ? -1 : (int)Operators.ToLong(count));
        if (separator is null || separator == CallValues.Missing)
        {
            return Sequence.List(PythonText.Words(text, most));
        }

        return Text(separator) is { Length: > 0 } mark
            ? Sequence.List(most < 0 ? text.Split(mark) : text.Split(mark, most + 1))
            : throw new TemplateFault("A text is split at nothing");
    }

    private static Sequence SplitFromRight(string text, CallValues given)
    {
        if (given.Bind("rsplit", "sep", "maxsplit") is not [string { Length: > 0 } mark, var count] || count == CallValues.Missing)
        {
            throw new TemplateFault("'rsplit' without a separator and a number has no exact implementation here");
        }

        var (parts, most) = (text.Split(mark), Operators.ToLong(count));
        return most < 0 || most >= parts.Length - 1
            ? Sequence.List(parts)
            : Sequence.List([string.Join(mark, parts[..^(int)most]), .. parts[^(int)most..]]);
    }

    private static long Find(string text, CallValues given, string method)
    {
        var place = text.IndexOf(Text(given.Bind(method, "part")[0]), StringComparison.Ordinal);
        return place < 0 ? -1 : PythonText.Length(text[..place]);
    }

    private static long Count(string text, string part) =>
        part.Length > 0 ? text.Split(part).Length - 1 : throw new TemplateFault("Nothing is counted in a text");

    private static bool IsAll(string text, string method, Func<char, bool> isOne) => text.Length > 0 && PythonText.RequireAscii(text, method).All(isOne);

    private static string Title(string text)
    {
        var isStart = true;
        return string.Concat(PythonText.RequireAscii(text, "title").Select(letter =>
        {
            var changed = isStart ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter);
            isStart = !char.IsAsciiLetter(letter);
            return changed;
        }));
    }
}
