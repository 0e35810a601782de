using System.Text.RegularExpressions;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Cuts what stands inside of the tags of a template into pieces.</summary>
/// <param name="source">The template.</param>
/// <param name="lines">Its lines.</param>
/// <param name="tokens">Takes the pieces.</param>
internal sealed partial class CodeLexer(string source, TemplateLines lines, List<TemplateToken> tokens)
{
    private int place;

    /// <summary>Adds the pieces of a tag and its end.</summary>
    /// <param name="begin">The index behind the tag's first mark.</param>
    /// <param name="end">What ends it.</param>
    /// <param name="endKind">The kind of that piece.</param>
    /// <returns>The index behind the tag.</returns>
    /// <exception cref="TemplateFault">The tag is not closed, or has what is no piece.</exception>
    public int Read(int begin, Regex end, TokenKind endKind)
    {
        place = begin;
        var brackets = new Stack<char>();
        while (true)
        {
            if (place == source.Length)
            {
                throw new TemplateFault("A tag is not closed", lines.LineOf(place));
            }

            if (brackets.Count == 0 && end.Match(source, place) is { Success: true } closing)
            {
                Add(endKind, closing.Value, place);
                place += closing.Length;
                return place;
            }

            ReadToken(brackets);
        }
    }

    private void ReadToken(Stack<char> brackets)
    {
        var token = Code().Match(source, place);
        if (!token.Success)
        {
            throw new TemplateFault($"A tag has the character '{source[place]}'", lines.LineOf(place));
        }

        var from = place;
        place += token.Length;
        if (token.Groups["float"].Success)
        {
            Add(TokenKind.Float, token.Value.Replace("_", "", StringComparison.Ordinal), from);
        }
        else if (token.Groups["integer"].Success)
        {
            Add(TokenKind.Integer, token.Value.Replace("_", "", StringComparison.Ordinal), from);
        }
        else if (token.Groups["name"].Success)
        {
            Add(TokenKind.Name, token.Value, from);
        }
        else if (token.Groups["string"].Success)
        {
            Add(TokenKind.String, StringEscapes.Unescaped(token.Value[1..^1], lines.LineOf(from)), from);
        }
        else if (token.Groups["operator"].Success)
        {
            Balance(token.Value, brackets, from);
            Add(TokenKind.Operator, token.Value, from);
        }
    }

    private void Balance(string sign, Stack<char> brackets, int from)
    {
        switch (sign)
        {
            case "(" or "[" or "{":
                brackets.Push(sign[0] == '(' ? ')' : sign[0] == '[' ? ']' : '}');
                break;
            case ")" or "]" or "}" when brackets.Count == 0 || brackets.Pop() != sign[0]:
                throw new TemplateFault($"A tag has a '{sign}' too many", lines.LineOf(from));
        }
    }

    private void Add(TokenKind kind, string text, int at) => tokens.Add(new(kind, text, lines.LineOf(at)));

    [GeneratedRegex(
        """\G(?<space>\s+|(?<float>(?<!\.)([0-9]+_)*[0-9]+((\.([0-9]+_)*[0-9]+)?[eE][+\-]?([0-9]+_)*[0-9]+|\.([0-9]+_)*[0-9]+))|(?<integer>0[bB](_?[01])+|0[oO](_?[0-7])+|0[xX](_?[0-9a-fA-F])+|[1-9](_?[0-9])*|0(_?0)*)(?![\w])|(?<name>[^\W0-9]\w*)|(?<string>'([^'\\]|\\[\s\S])*'|"([^"\\]|\\[\s\S])*")|(?<operator>\*\*|//|==|!=|>=|<=|[-+/*%~\[\](){}<>=.:|,;]))""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Code();
}
