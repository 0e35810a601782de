using System.Text;
using System.Text.RegularExpressions;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>A piece of a template.</summary>
internal enum TokenKind
{
    Text,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,
    End,
}

/// <summary>A piece of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; of strings what they mean.</param>
/// <param name="Line">Where it begins.</param>
internal readonly record struct TemplateToken(TokenKind Kind, string Text, int Line);

/// <summary>
/// Cuts a template into pieces as jinja2 3.1 does with <c>trim_blocks</c> and <c>lstrip_blocks</c>, which is how transformers sets it up.
/// </summary>
internal sealed partial class TemplateLexer
{
    private readonly string source;
    private readonly List<TemplateToken> tokens = [];
    private int place;
    private bool isLineStart = true;
    private int lineStart;
    private int line = 1;

    private TemplateLexer(string source) => this.source = source;

    /// <summary>The pieces, and an end behind them.</summary>
    /// <exception cref="TemplateFault">Something is not closed, or no piece of a template.</exception>
    public static List<TemplateToken> Read(string template)
    {
        var source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new TemplateLexer(source.EndsWith('\n') ? source[..^1] : source);
        lexer.ReadAll();
        return lexer.tokens;
    }

    private void ReadAll()
    {
        while (place < source.Length)
        {
            var tag = Tag().Match(source, place);
            if (!tag.Success)
            {
                Add(TokenKind.Text, source[place..], place);
                place = source.Length;
                break;
            }

            AddText(tag);
            var begin = place = tag.Index + tag.Length;
            isLineStart = tag.Value.EndsWith('\n');
            switch (tag.Groups["open"].Value)
            {
                case "{#":
                    Skip(CommentEnd(), "a comment", begin);
                    break;
                case "{{":
                    Add(TokenKind.VariableBegin, "{{", tag.Index);
                    ReadCode(VariableEnd(), TokenKind.VariableEnd);
                    break;
                default:
                    if (tag.Groups["raw"].Success)
                    {
                        ReadRaw();
                        break;
                    }

                    Add(TokenKind.BlockBegin, "{%", tag.Index);
                    ReadCode(BlockEnd(), TokenKind.BlockEnd);
                    break;
            }
        }

        Add(TokenKind.End, "", place);
    }

    // the text before a tag, without the white space that the tag takes
    private void AddText(Match tag)
    {
        var text = source[place..tag.Index];
        text = tag.Groups["sign"].Value switch
        {
            "-" => PythonText.TrimEnd(text),
            "+" => text,
            _ when tag.Groups["open"].Value == "{{" => text,
            _ => WithoutIndent(text, isLineStart),
        };
        if (text.Length > 0)
        {
            Add(TokenKind.Text, text, place);
        }
    }

    private static string WithoutIndent(string text, bool isLineStart)
    {
        var start = text.LastIndexOf('\n') + 1;
        return (start > 0 || isLineStart) && PythonText.TrimEnd(text[start..]).Length == 0 ? text[..start] : text;
    }

    private void ReadRaw()
    {
        var end = RawEnd().Match(source, place);
        if (!end.Success)
        {
            throw new TemplateFault("A raw block is not closed", LineOf(place));
        }

        var text = source[place..end.Index];
        text = end.Groups["sign"].Value switch
        {
            "-" => PythonText.TrimEnd(text),
            "+" => text,
            _ => WithoutIndent(text, isLineStart),
        };
        if (text.Length > 0)
        {
            Add(TokenKind.Text, text, place);
        }

        place = end.Index + end.Length;
        isLineStart = end.Value.EndsWith('\n');
    }

    private void Skip(Regex to, string what, int begin)
    {
        var end = to.Match(source, place);
        if (!end.Success)
        {
            throw new TemplateFault($"{char.ToUpperInvariant(what[0])}{what[1..]} is not closed", LineOf(begin));
        }

        place = end.Index + end.Length;
        isLineStart = end.Value.EndsWith('\n');
    }

    private void ReadCode(Regex end, TokenKind endKind)
    {
        var brackets = new Stack<char>();
        while (true)
        {
            if (place == source.Length)
            {
                throw new TemplateFault("A tag is not closed", LineOf(place));
            }

            if (brackets.Count == 0 && end.Match(source, place) is { Success: true } closing)
            {
                Add(endKind, closing.Value, place);
                place += closing.Length;
                isLineStart = closing.Value.EndsWith('\n');
                return;
            }

            ReadToken(brackets);
        }
    }

    private void ReadToken(Stack<char> brackets)
    {
        var token = Code().Match(source, place);
        if (!token.Success)
        {
            throw new TemplateFault($"A tag has the character '{source[place]}'", LineOf(place));
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
            Add(TokenKind.String, Unescaped(token.Value[1..^1], LineOf(from)), from);
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
                throw new TemplateFault($"A tag has a '{sign}' too many", LineOf(from));
        }
    }

    // Python's escapes; one that is unknown stays as it is written
    private static string Unescaped(string text, int line)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        return Escape().Replace(text, escape => escape.Value[1] switch
        {
            '\n' => "",
            '\\' or '\'' or '"' => escape.Value[1..],
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            'x' or 'u' or 'U' when escape.Groups["hex"].Success && Convert.ToInt32(escape.Groups["hex"].Value, 16) is var point && Rune.IsValid(point) => char.ConvertFromUtf32(point),
            >= '0' and <= '7' => char.ConvertFromUtf32(Convert.ToInt32(escape.Value[1..], 8)),
            'x' or 'u' or 'U' or 'N' => throw new TemplateFault($"A text has the escape '{escape.Value}'", line),
            _ => escape.Value,
        });
    }

    private void Add(TokenKind kind, string text, int at) => tokens.Add(new(kind, text, LineOf(at)));

    // places come in their order, but for those of faults
    private int LineOf(int at)
    {
        (lineStart, line) = at < lineStart ? (0, 1) : (lineStart, line);
        line += source.AsSpan(lineStart..at).Count('\n');
        lineStart = at;
        return line;
    }

    [GeneratedRegex(@"(?<raw>(?<open>\{%)(?<sign>[-+]?)\s*raw\s*(?:-%\}\s*|%\}))|(?<open>\{[%{#])(?<sign>[-+]?)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\+#\}|-#\}\s*|#\}\n?", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex CommentEnd();

    [GeneratedRegex(@"\G(-\}\}\s*|\}\})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex VariableEnd();

    [GeneratedRegex(@"\G(\+%\}|-%\}\s*|%\}\n?)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex BlockEnd();

    [GeneratedRegex(@"\{%(?<sign>[-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex RawEnd();

    [GeneratedRegex(
        """\G(?<space>\s+|(?<float>(?<!\.)([0-9]+_)*[0-9]+((\.([0-9]+_)*[0-9]+)?[eE][+\-]?([0-9]+_)*[0-9]+|\.([0-9]+_)*[0-9]+))|(?<integer>0[bB](_?[01])+|0[oO](_?[0-7])+|0[xX](_?[0-9a-fA-F])+|[1-9](_?[0-9])*|0(_?0)*)(?![\w])|(?<name>[^\W0-9]\w*)|(?<string>'([^'\\]|\\[\s\S])*'|"([^"\\]|\\[\s\S])*")|(?<operator>\*\*|//|==|!=|>=|<=|[-+/*%~\[\](){}<>=.:|,;]))""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\\(x(?<hex>[0-9a-fA-F]{2})|u(?<hex>[0-9a-fA-F]{4})|U(?<hex>[0-9a-fA-F]{8})|[0-7]{1,3}|[\s\S])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Escape();
}
