namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Reads the statements of a template.</summary>
internal sealed class TemplateParser
{
    private const int DeepestNesting = 100;

    private readonly TokenReader tokens;
    private readonly ExpressionParser expressions;
    private readonly BlockParser blocks;
    private int depth;

    private TemplateParser(TokenReader tokens)
    {
        (this.tokens, expressions) = (tokens, new ExpressionParser(tokens));
        blocks = new(tokens, expressions, this);
    }

    /// <summary>The statements.</summary>
    /// <exception cref="TemplateFault">It is broken, or has what is not exact here.</exception>
    public static IReadOnlyList<Statement> Parse(string template)
    {
        var parser = new TemplateParser(new TokenReader(TemplateLexer.Read(template)));
        var body = parser.Body();
        return body;
    }

    /// <summary>The statements up to a tag that one of some words begins, whose name is the current piece then.</summary>
    /// <param name="ends">The words; none for the end of the template.</param>
    /// <exception cref="TemplateFault">There is no such tag, or something before it is broken or not exact here.</exception>
    public List<Statement> Body(params string[] ends)
    {
        if (++depth > DeepestNesting)
        {
            throw tokens.Fault("The template is nested too deeply");
        }

        var body = new List<Statement>();
        while (true)
        {
            var token = tokens.Current;
            switch (token.Kind)
            {
                case TokenKind.Text:
                    tokens.Move();
                    body.Add(new Statement.Text(token.Text, token.Line));
                    break;
                case TokenKind.VariableBegin:
                    tokens.Move();
                    body.Add(new Statement.Output(expressions.OutputValue(), token.Line));
                    tokens.Require(TokenKind.VariableEnd);
                    break;
                case TokenKind.BlockBegin when IsEnd(ends):
                    tokens.Move();
                    depth--;
                    return body;
                case TokenKind.BlockBegin:
                    tokens.Move();
                    body.Add(blocks.Read());
                    break;
                default:
                    depth--;
                    return ends.Length == 0 ? body : throw tokens.Fault($"There is no '{ends[^1]}'");
            }
        }
    }

    /// <summary>The statements up to behind a tag that ends them.</summary>
    /// <param name="end">The tag's word.</param>
    /// <exception cref="TemplateFault">There is no such tag, or something before it is broken or not exact here.</exception>
    public List<Statement> Ended(string end)
    {
        var body = Body(end);
        tokens.Move();
        tokens.Require(TokenKind.BlockEnd);
        return body;
    }

    private bool IsEnd(string[] ends) => tokens.Next is { Kind: TokenKind.Name, Text: var name } && ends.Contains(name, StringComparer.Ordinal);
}
