namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Reads the statements of a template.</summary>
internal sealed class TemplateParser
{
    private const int DeepestNesting = 100;

    private readonly TokenReader tokens;
    private readonly ExpressionParser expressions;
    private int depth;

    private TemplateParser(TokenReader tokens) => (this.tokens, expressions) = (tokens, new ExpressionParser(tokens));

    /// <summary>The statements.</summary>
    /// <exception cref="TemplateFault">It is broken, or has what is not exact here.</exception>
    public static IReadOnlyList<Statement> Parse(string template)
    {
        var parser = new TemplateParser(new TokenReader(TemplateLexer.Read(template)));
        var body = parser.Body();
        return body;
    }

    // up to a tag that one of the words begins, whose name is the current token then
    private List<Statement> Body(params string[] ends)
    {
        if (++depth > DeepestNesting)
        {
            throw Fault("The template is nested too deeply");
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
                    body.Add(Block());
                    break;
                default:
                    depth--;
                    return ends.Length == 0 ? body : throw Fault($"There is no '{ends[^1]}'");
            }
        }
    }

    private bool IsEnd(string[] ends) => tokens.Next is { Kind: TokenKind.Name, Text: var name } && ends.Contains(name, StringComparer.Ordinal);

    private Statement Block()
    {
        var (kind, name, line) = tokens.Current;
        if (kind != TokenKind.Name)
        {
            throw Fault("A block has no name");
        }

        tokens.Move();
        switch (name)
        {
            case "if":
                return If(line);
            case "for":
                return For(line);
            case "set":
                return Set(line);
            case "macro":
                return Macro(line);
            case "call":
                return Call(line);
            case "with":
                return With(line);
            case "filter":
                var filter = expressions.FilterChain(null);
                tokens.Require(TokenKind.BlockEnd);
                return new Statement.FilterBlock(filter, Ended("endfilter"), line);
            case "generation":
                // only marks what an assistant says
                tokens.Require(TokenKind.BlockEnd);
                return new Statement.Scope(Ended("endgeneration"), line);
            case "break":
                tokens.Require(TokenKind.BlockEnd);
                return new Statement.Break(line);
            case "continue":
                tokens.Require(TokenKind.BlockEnd);
                return new Statement.Continue(line);
            default:
                throw new TemplateFault($"The block '{name}' has no exact implementation here", line);
        }
    }

    private List<Statement> Ended(string end)
    {
        var body = Body(end);
        tokens.Move();
        tokens.Require(TokenKind.BlockEnd);
        return body;
    }

    private Statement.If If(int line)
    {
        var (branches, otherwise) = (new List<(Expression Test, IReadOnlyList<Statement> Body)>(), (IReadOnlyList<Statement>)[]);
        while (true)
        {
            var test = expressions.Tuple(withConditional: false);
            tokens.Require(TokenKind.BlockEnd);
            branches.Add((test, Body("elif", "else", "endif")));
            var end = tokens.Take().Text;
            if (end == "elif")
            {
                continue;
            }

            tokens.Require(TokenKind.BlockEnd);
            if (end == "else")
            {
                otherwise = Ended("endif");
            }

            return new(branches, otherwise, line);
        }
    }

    private Statement.For For(int line)
    {
        var target = ForTarget();
        tokens.RequireName("in");
        var source = expressions.Tuple(withConditional: false);
        var test = tokens.SkipsName("if") ? expressions.Full() : null;
        if (tokens.SkipsName("recursive"))
        {
            throw Fault("A recursive loop has no exact implementation here");
        }

        tokens.Require(TokenKind.BlockEnd);
        var body = Body("else", "endfor");
        var end = tokens.Take().Text;
        tokens.Require(TokenKind.BlockEnd);
        return new(target, source, test, body, end == "else" ? Ended("endfor") : [], line);
    }

    private Target ForTarget()
    {
        var targets = new List<Target>();
        var isTuple = false;
        do
        {
            targets.Add(tokens.SkipsOperator("(") ? Inner() : new Target.Name(tokens.Require(TokenKind.Name).Text));
        }
        while (tokens.SkipsOperator(",") && (isTuple = true) && !tokens.IsName("in") && !tokens.IsOperator(")"));

        return targets is [var only] && !isTuple ? only : new Target.Several(targets);

        Target Inner()
        {
            var inner = ForTarget();
            tokens.RequireOperator(")");
            return inner;
        }
    }

    private Target SetTarget()
    {
        var targets = new List<Target>();
        do
        {
            var name = tokens.Require(TokenKind.Name).Text;
            targets.Add(tokens.SkipsOperator(".") ? new Target.Member(name, tokens.Require(TokenKind.Name).Text) : new Target.Name(name));
        }
        while (tokens.SkipsOperator(",") && !tokens.IsOperator("="));

        return targets is [var only] ? only : new Target.Several(targets);
    }

    private Statement Set(int line)
    {
        var target = SetTarget();
        if (tokens.SkipsOperator("="))
        {
            var value = expressions.Tuple(withConditional: true);
            tokens.Require(TokenKind.BlockEnd);
            return new Statement.Set(target, value, line);
        }

        var filter = tokens.SkipsOperator("|") ? expressions.FilterChain(null) : null;
        tokens.Require(TokenKind.BlockEnd);
        return new Statement.SetBlock(target, filter, Ended("endset"), line);
    }

    private Statement.Macro Macro(int line)
    {
        var name = tokens.Require(TokenKind.Name).Text;
        var parameters = Parameters();
        tokens.Require(TokenKind.BlockEnd);
        return new(name, parameters, Ended("endmacro"), line);
    }

    private Statement.CallBlock Call(int line)
    {
        var parameters = tokens.IsOperator("(") ? Parameters() : [];
        if (expressions.Full() is not Expression.Call call)
        {
            throw new TemplateFault("A call block calls nothing", line);
        }

        tokens.Require(TokenKind.BlockEnd);
        return new(call, new Statement.Macro("caller", parameters, Ended("endcall"), line), line);
    }

    private List<(string Name, Expression? Default)> Parameters()
    {
        var parameters = new List<(string Name, Expression? Default)>();
        tokens.RequireOperator("(");
        while (!tokens.SkipsOperator(")"))
        {
            if (parameters.Count > 0)
            {
                tokens.RequireOperator(",");
            }

            var name = tokens.Require(TokenKind.Name).Text;
            parameters.Add((name, tokens.SkipsOperator("=") ? expressions.Full()
                : parameters.Exists(parameter => parameter.Default is not null) ? throw Fault("A parameter without a default follows one with it")
                : null));
        }

        return parameters;
    }

    private Statement.With With(int line)
    {
        var values = new List<(Target Target, Expression Value)>();
        while (tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (values.Count > 0)
            {
                tokens.RequireOperator(",");
            }

            var name = tokens.Require(TokenKind.Name).Text;
            tokens.RequireOperator("=");
            values.Add((new Target.Name(name), expressions.Full()));
        }

        tokens.Require(TokenKind.BlockEnd);
        return new(values, Ended("endwith"), line);
    }

    private TemplateFault Fault(string message) => new(message, tokens.Current.Line);
}
