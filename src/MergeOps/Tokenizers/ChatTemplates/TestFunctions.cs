namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>What values can be tested for.</summary>
internal static class TestFunctions
{
    /// <summary>The tests by their names; the second argument is what the test is given.</summary>
    public static IReadOnlyDictionary<string, Func<object?, IReadOnlyList<object?>, bool>> Known { get; } = new Dictionary<string, Func<object?, IReadOnlyList<object?>, bool>>(StringComparer.Ordinal)
    {
        ["defined"] = (value, _) => value is not Undefined,
        ["undefined"] = (value, _) => value is Undefined,
        ["none"] = (value, _) => value is null,
        ["boolean"] = (value, _) => value is bool,
        ["true"] = (value, _) => value is true,
        ["false"] = (value, _) => value is false,
        ["integer"] = (value, _) => value is long,
        ["float"] = (value, _) => value is double,
        ["number"] = (value, _) => Operators.IsNumber(value),
        ["string"] = (value, _) => value is string,
        ["mapping"] = (value, _) => value is Mapping,
        ["sequence"] = (value, _) => value is string or Mapping or Undefined or Sequence { IsIndexed: true },
        ["iterable"] = (value, _) => value is string or Mapping or Undefined or Sequence,
        ["callable"] = (value, _) => value is Function,
        ["odd"] = (value, _) => Operators.AreEqual(Operators.Arithmetic("%", value, 2L), 1L),
        ["even"] = (value, _) => Operators.AreEqual(Operators.Arithmetic("%", value, 2L), 0L),
        ["divisibleby"] = (value, given) => Operators.AreEqual(Operators.Arithmetic("%", value, One(given)), 0L),
        ["lower"] = (value, _) => PythonText.RequireAscii(PythonText.Of(value), "lower") is var text && text.Any(char.IsAsciiLetterLower) && !text.Any(char.IsAsciiLetterUpper),
        ["upper"] = (value, _) => PythonText.RequireAscii(PythonText.Of(value), "upper") is var text && text.Any(char.IsAsciiLetterUpper) && !text.Any(char.IsAsciiLetterLower),
        ["sameas"] = (value, given) => (value, One(given)) switch
        {
            (null, null) or (true, true) or (false, false) => true,
            (null or bool, _) or (_, null or bool) => false,
            _ => throw new TemplateFault("The test 'sameas' of what is neither none nor a truth value has no exact implementation here"),
        },
        ["in"] = (value, given) => Operators.IsIn(value, One(given)),
        ["=="] = Compare("=="),
        ["eq"] = Compare("=="),
        ["equalto"] = Compare("=="),
        ["ne"] = Compare("!="),
        ["!="] = Compare("!="),
        ["lt"] = Compare("<"),
        ["lessthan"] = Compare("<"),
        ["le"] = Compare("<="),
        ["gt"] = Compare(">"),
        ["greaterthan"] = Compare(">"),
        ["ge"] = Compare(">="),
    };

    private static Func<object?, IReadOnlyList<object?>, bool> Compare(string sign) => (value, given) => Operators.Compare(sign, value, One(given));

    private static object? One(IReadOnlyList<object?> given) => given is [var only] ? only : throw new TemplateFault("A test is not given one value");
}
