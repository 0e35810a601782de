using System.Text.RegularExpressions;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>
/// Cuts a template into pieces as jinja2 3.1 does with <c>trim_blocks</c> and <c>lstrip_blocks</c>, which is how transformers sets it up.
/// </summary>
internal sealed partial class TemplateLexer
{
    private readonly string source;
    private readonly List<TemplateToken> tokens = [];
    private readonly TemplateLines lines;
    private readonly CodeLexer code;
    private int place;
    private bool isLineStart = true;

    private TemplateLexer(string source)
    {
        (this.source, lines) = (source, new(source));
        code = new(source, lines, tokens);
    }

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

    private void ReadCode(Regex end, TokenKind endKind)
    {
        place = code.Read(place, end, endKind);
        isLineStart = source[place - 1] == '\n';
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
            throw new TemplateFault("A raw block is not closed", lines.LineOf(place));
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
            throw new TemplateFault($"{char.ToUpperInvariant(what[0])}{what[1..]} is not closed", lines.LineOf(begin));
        }

        place = end.Index + end.Length;
        isLineStart = end.Value.EndsWith('\n');
    }

    private void Add(TokenKind kind, string text, int at) => tokens.Add(new(kind, text, lines.LineOf(at)));

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
}
