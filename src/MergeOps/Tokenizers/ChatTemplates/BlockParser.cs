namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Reads the blocks of a template, each kind by its own form.</summary>
/// <param name="tokens">The pieces of the template.</param>
/// <param name="expressions">Reads the expressions in the tags.</param>
/// <param name="template">Reads the statements inside.</param>
internal sealed class BlockParser(TokenReader tokens, ExpressionParser expressions, TemplateParser template)
{
    private readonly TargetParser targets = new(tokens);
    private readonly ParameterParser parameters = new(tokens, expressions);

    /// <summary>The block whose name is the current piece, up to behind its last tag.</summary>
    /// <exception cref="TemplateFault">It is broken, or not exact here.</exception>
    public Statement Read()
    {
        var (kind, name, line) = tokens.Current;
        if (kind != TokenKind.Name)
        {
            throw tokens.Fault("A block has no name");
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
                var filter = expressions.Filters.Chain(null);
                tokens.Require(TokenKind.BlockEnd);
                return new Statement.FilterBlock(filter, template.Ended("endfilter"), line);
            case "generation":
                // only marks what an assistant says
                tokens.Require(TokenKind.BlockEnd);
                return new Statement.Scope(template.Ended("endgeneration"), line);
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

    private Statement.If If(int line)
    {
        var (branches, otherwise) = (new List<(Expression Test, IReadOnlyList<Statement> Body)>(), (IReadOnlyList<Statement>)[]);
        while (true)
        {
            var test = expressions.Tuple(withConditional: false);
            tokens.Require(TokenKind.BlockEnd);
            branches.Add((test, template.Body("elif", "else", "endif")));
            var end = tokens.Take().Text;
            if (end == "elif")
            {
                continue;
            }

            tokens.Require(TokenKind.BlockEnd);
            if (end == "else")
            {
                otherwise = template.Ended("endif");
            }

            return new(branches, otherwise, line);
        }
    }

    private Statement.For For(int line)
    {
        var target = targets.OfFor();
        tokens.RequireName("in");
        var source = expressions.Tuple(withConditional: false);
        var test = tokens.SkipsName("if") ? expressions.Full() : null;
        if (tokens.SkipsName("recursive"))
        {
            throw tokens.Fault("A recursive loop has no exact implementation here");
        }

        tokens.Require(TokenKind.BlockEnd);
        var body = template.Body("else", "endfor");
        var end = tokens.Take().Text;
        tokens.Require(TokenKind.BlockEnd);
        return new(target, source, test, body, end == "else" ? template.Ended("endfor") : [], line);
    }

    private Statement Set(int line)
    {
        var target = targets.OfSet();
        if (tokens.SkipsOperator("="))
        {
            var value = expressions.Tuple(withConditional: true);
            tokens.Require(TokenKind.BlockEnd);
            return new Statement.Set(target, value, line);
        }

        var filter = tokens.SkipsOperator("|") ? expressions.Filters.Chain(null) : null;
        tokens.Require(TokenKind.BlockEnd);
        return new Statement.SetBlock(target, filter, template.Ended("endset"), line);
    }

    private Statement.Macro Macro(int line)
    {
        var name = tokens.Require(TokenKind.Name).Text;
        var given = parameters.Read();
        tokens.Require(TokenKind.BlockEnd);
        return new(name, given, template.Ended("endmacro"), line);
    }

    private Statement.CallBlock Call(int line)
    {
        var given = tokens.IsOperator("(") ? parameters.Read() : [];
        if (expressions.Full() is not Expression.Call call)
        {
            throw new TemplateFault("A call block calls nothing", line);
        }

        tokens.Require(TokenKind.BlockEnd);
        return new(call, new Statement.Macro("caller", given, template.Ended("endcall"), line), line);
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
        return new(values, template.Ended("endwith"), line);
    }
}
