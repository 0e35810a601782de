using System.Globalization;
using System.Text.RegularExpressions;

namespace MergeOps.TestGitHub.Runner;

/// <summary>
/// GitHub's expressions as far as workflows here use them: contexts by dots, texts, numbers, <c>true false null</c>,
/// <c>== != &amp;&amp; || !</c>, brackets, the functions of <see cref="Values.Call"/>, and those that it is given. Everything
/// else throws.
/// </summary>
/// <param name="contexts">The contexts, and in them values or contexts of their own.</param>
/// <param name="functions">Functions without arguments, such as <c>success</c>.</param>
internal sealed partial class Expression(IReadOnlyDictionary<string, object?> contexts, IReadOnlyDictionary<string, Func<object?>> functions)
{
    private Queue<string> tokens = [];

    /// <summary>The functions that tell how the steps before ended; a condition without one of them means <c>success()</c> as well.</summary>
    public static IReadOnlySet<string> StatusFunctions { get; } = new HashSet<string>(["success", "failure", "always", "cancelled"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The value of an expression without its <c>${{ }}</c>.</summary>
    public object? Evaluate(string text)
    {
        tokens = new(Tokens(text));
        var value = Or();
        return tokens.Count == 0 ? value : throw new NotSupportedException($"'{tokens.Peek()}' in the expression '{text}'");
    }

    /// <summary>The value of a text that is one expression as a whole; of any other text the text, filled.</summary>
    public object? Value(string text) => InText().Match(text) is { Success: true } match && match.Length == text.Trim().Length
        ? Evaluate(match.Groups[1].Value)
        : Fill(text);

    /// <summary>A text with the values of its expressions in their places.</summary>
    public string Fill(string text) => InText().Replace(text, match => Text(Evaluate(match.Groups[1].Value)));

    /// <summary>Whether a step with such a condition runs.</summary>
    public bool Holds(string? condition)
    {
        var text = condition is null ? "success()" : InText().Replace(condition, match => match.Groups[1].Value);
        var namesStatus = Tokens(text).Any(StatusFunctions.Contains);
        return IsTrue(Evaluate(namesStatus ? text : $"success() && ({text})"));
    }

    /// <summary>A value as a text.</summary>
    public static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool truth => truth ? "true" : "false",
        double number => number.ToString(CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"a {value.GetType().Name} as a text"),
    };

    private static bool IsTrue(object? value) => value is not (null or false or "" or 0.0);

    private static IEnumerable<string> Tokens(string text)
    {
        var at = 0;
        foreach (Match match in Token().Matches(text))
        {
            if (text[at..match.Index].Trim().Length > 0)
            {
                break;
            }

            at = match.Index + match.Length;
            yield return match.Value;
        }

        if (text[at..].Trim().Length > 0)
        {
            throw new NotSupportedException($"'{text[at..].Trim()}' in the expression '{text}'");
        }
    }

    private object? Or()
    {
        var value = And();
        while (Take("||"))
        {
            var right = And();
            value = IsTrue(value) ? value : right;
        }

        return value;
    }

    private object? And()
    {
        var value = Equality();
        while (Take("&&"))
        {
            var right = Equality();
            value = IsTrue(value) ? right : value;
        }

        return value;
    }

    private object? Equality()
    {
        var value = Unary();
        while (tokens.TryPeek(out var sign) && sign is "==" or "!=")
        {
            tokens.Dequeue();
            value = AreEqual(value, Unary()) == (sign == "==");
        }

        return value;
    }

    private object? Unary() => Take("!") ? !IsTrue(Unary()) : Primary();

    private object? Primary()
    {
        var token = tokens.Count > 0 ? tokens.Dequeue() : throw new NotSupportedException("an expression that ends too early");
        if (token == "(")
        {
            var inner = Or();
            return Take(")") ? inner : throw new NotSupportedException("a bracket that is not closed");
        }

        return token switch
        {
            "true" => true,
            "false" => false,
            "null" => null,
            _ when token[0] == '\'' => token[1..^1].Replace("''", "'", StringComparison.Ordinal),
            _ when char.IsAsciiDigit(token[0]) => double.Parse(token, CultureInfo.InvariantCulture),
            _ when char.IsAsciiLetter(token[0]) && Take("(") => Call(token),
            _ when char.IsAsciiLetter(token[0]) => Lookup(token),
            _ => throw new NotSupportedException($"'{token}' in an expression"),
        };
    }

    private object? Call(string function)
    {
        var arguments = new List<object?>();
        while (!Take(")"))
        {
            if (arguments.Count > 0 && !Take(","))
            {
                throw new NotSupportedException($"the arguments of the function {function}");
            }

            arguments.Add(Or());
        }

        return arguments.Count == 0 && functions.TryGetValue(function, out var call) ? call() : Values.Call(function, arguments);
    }

    private object? Lookup(string path)
    {
        var names = path.Split('.');
        object? value = contexts.TryGetValue(names[0], out var context) ? context : throw new NotSupportedException($"the context {names[0]}");
        foreach (var name in names[1..])
        {
            value = value switch
            {
                IReadOnlyDictionary<string, object?> inner => inner.GetValueOrDefault(name),
                null => null,
                _ => throw new NotSupportedException($"a member of a text, {path}"),
            };
        }

        return value;
    }

    private bool Take(string token)
    {
        var isNext = tokens.TryPeek(out var next) && next == token;
        if (isNext)
        {
            tokens.Dequeue();
        }

        return isNext;
    }

    /// <summary>Whether <c>==</c> holds.</summary>
    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase),
        (bool a, bool b) => a == b,
        _ => Number(left).Equals(Number(right)) && !double.IsNaN(Number(left)),
    };

    private static double Number(object? value) => value switch
    {
        null => 0,
        bool truth => truth ? 1 : 0,
        double number => number,
        string { Length: 0 } => 0,
        string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN,
        _ => double.NaN,
    };

    [GeneratedRegex(@"\$\{\{\s*((?:[^}']|'[^']*'|\}(?!\}))*?)\s*\}\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex InText();

    [GeneratedRegex(@"\|\||&&|==|!=|!|,|\(|\)|'(?:[^']|'')*'|\d+(?:\.\d+)?|[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
